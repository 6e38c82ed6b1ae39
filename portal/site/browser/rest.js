/**
 * The second script of the page: the coach, the choosing and stripping of files, languages, and what was learned, which the first view does not wait for. Like every part
 * it is fetched on each visit, whether needed or not, so that fetching it tells nothing.
 */

import "./shared.js";
import { Coach, sum } from "./coach_view.js";
import { Files } from "./files.js";
import * as languages from "./languages.js";
import * as learning from "./learning.js";

export const parts = Object.freeze({ Coach, Files, languages, learning, sum });

Object.defineProperty(globalThis, "candourRest", { value: parts });
