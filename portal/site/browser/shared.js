/**
 * What page, second script and worker share: the cryptography first of all. All three import "../../../crypto/attachment.js";
import "../../../crypto/cell.js";
import "../../../crypto/fields.js";
import "../../../crypto/guardians.js";
import "../../../crypto/signing.js";
import "../../../crypto/statement.js";
import "../../../crypto/statement_bodies.js";
import "../../../crypto/thread.js";
import "../../../crypto/work.js";
import "./dom.js";
import "./keys.js";
import "./uploads.js";
import "./wire.js";
import "./wording.js";
