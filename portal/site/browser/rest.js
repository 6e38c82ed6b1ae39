/**
 * The second script of the page: form and inbox with all they need, and what was learned. The first view does not wait for
 * it, and there is no form before keys and board have come and been checked, which takes longer. Like every part it is
 * fetched on each visit, whether needed or not, so that fetching it tells nothing.
 *
 * The first script finds it as a value of the page, and fails closed where it is missing (see `main.js`).
 */

import "./shared.js";
import { readFiles } from "../../../crypto/board.js";
import { loadWords } from "../../../crypto/codename.js";
import { keyTable, listed } from "./guardians.js";
import { Inbox } from "./inbox.js";
import * as learning from "./learning.js";
import { Raise } from "./raise.js";
import * as sending from "./sending.js";

export const parts = Object.freeze({ Inbox, Raise, keyTable, learning, listed, loadWords, readFiles, sending });

Object.defineProperty(globalThis, "candourRest", { value: parts });
