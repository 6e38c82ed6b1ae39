// Runs every tests/**/*.test.js and .test.mjs with Node's own runner. Fails when there is none, and when one is
// skipped or marked "todo": a test that does not run must not look like one that passed.
//   node tools/run_node_tests.mjs [path …]
import { readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const named = process.argv.slice(2).map((path) => resolve(path));
const found = readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" })
  .filter((path) => /\.test\.m?js$/.test(path))
  .map((path) => join(root, "tests", path));
const files = (named.length > 0 ? named : found).sort();

if (files.length === 0) {
  console.error("No tests/**/*.test.js found.");
  process.exit(1);
}

let passed = 0;
let failed = 0;
let leftOut = 0;
const stream = run({ files, concurrency: 2 });
stream.on("test:pass", (event) => {
  // A file without tests is reported as one passing test of the file's own name.
  if (files.includes(resolve(event.name))) leftOut += 1;
  else if (event.skip !== undefined || event.todo !== undefined) leftOut += 1;
  else passed += 1;
});
stream.on("test:fail", () => (failed += 1));
stream.on("end", () => {
  if (leftOut > 0) console.error(`${leftOut} test(s) skipped, todo or in an empty file: not allowed.`);
  if (passed === 0) console.error("No test ran.");
  if (failed > 0 || leftOut > 0 || passed === 0) process.exitCode = 1;
});
stream.compose(new spec()).pipe(process.stdout);
