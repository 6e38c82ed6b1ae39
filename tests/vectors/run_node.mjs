// Prints the results of vector files, given by path, as one JSON object: `node run_node.mjs words.txt cell.json …`
import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { runAll } from "./run.mjs";

const [words = "", ...paths] = process.argv.slice(2);
const files = Object.fromEntries(paths.map((path) => [basename(path), readFileSync(path, "utf8")]));
console.log(JSON.stringify(await runAll(files, readFileSync(words, "utf8"))));
