/**
 * What page, second script and worker share: the cryptography first of all. All three load this file before anything
 * else, so that the builder puts what it names, and all that stands below, into one module that is fetched by name and
 * carried once. What only one of them needs is not named here.
 */

import "../../../crypto/cell.js";
import "../../../crypto/fields.js";
import "../../../crypto/guardians.js";
import "../../../crypto/signing.js";
import "../../../crypto/statement.js";
import "../../../crypto/statement_bodies.js";
import "../../../crypto/thread.js";
import "../../../crypto/work.js";
import "./clock.js";
import "./dom.js";
import "./forget.js";
import "./keys.js";
import "./views.js";
import "./wire.js";
import "./wording.js";
