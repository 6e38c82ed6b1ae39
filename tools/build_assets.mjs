// Builds what the site serves from what people write: three scripts and what they share by esbuild, one style by Sass,
// the licences of everything bundled, and the list of all their hashes. The results are committed, so that nobody who
// runs Candour needs Node; the same sources and the same lock file give the same bytes on any machine, and `--check`
// proves it.
//   node tools/build_assets.mjs            writes portal/site/assets/
//   node tools/build_assets.mjs --check    builds elsewhere and compares, byte for byte
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { compile } from "sass";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const assets = join(root, "portal", "site", "assets");
const scripts = {
  candour: "portal/site/browser/main.js",
  rest: "portal/site/browser/rest.js",
  worker: "portal/site/browser/worker.js",
};
// Each one script that imports nothing: the first runs before all others, the other goes into the one-file writer.
const alone = { first: "portal/site/browser/first.js", writer: "portal/site/browser/writer.js" };
const shared = "shared"; // one module that all three import; two would bear the same name, which esbuild refuses
const style = { from: "portal/site/style/main.scss", to: "candour.css" };
const classes = ["portal/site/templates", "portal/site/browser"]; // where classes are named
const licences = "LICENSES.txt";
const releaseList = "RELEASE.json";
const drawn = ["mark.svg"];

/**
 * How scripts are built: as modules that import what they share. Nothing of this machine gets in: no paths, no times, no
 * source map.
 * @param {string} folder
 * @param {import("esbuild").BuildOptions} [options]
 */
function buildScripts(folder, options = {}) {
  return build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries(scripts).filter(([, entry]) => existsSync(join(root, entry)))),
    outdir: folder,
    chunkNames: shared,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: ["es2022"], // what the scripts need anyway: browsers from 2021 on, Tor Browser and phones among them
    charset: "utf8",
    legalComments: "none", // gathered in LICENSES.txt, in full
    sourcemap: false,
    metafile: true,
    logLevel: "silent", // said below, with what to do
    ...options,
  });
}

/**
 * What two scripts import and shared.js does not name: each group would become a module of its own.
 * @param {string} folder
 */
async function unnamed(folder) {
  const result = await buildScripts(folder, { chunkNames: "chunk-[hash]", write: false });
  const { outputs } = /** @type {import("esbuild").Metafile} */ (result.metafile);
  const chunks = Object.entries(outputs).filter(([path]) => basename(path).startsWith("chunk-"));
  const groups = chunks.map(([, { inputs }]) => Object.keys(inputs)).sort((a, b) => b.length - a.length);
  return groups.slice(1).flat().filter((path) => !path.includes("node_modules"));
}

/**
 * @param {string} folder
 * @returns {Promise<{ inputs: string[], outputs: string[] }>} files that went in, relative to the checkout; names of those made
 */
async function buildModules(folder) {
  const result = await buildScripts(folder).catch(async (error) => {
    const names = error.message.includes("share the same path") ? await unnamed(folder) : [];
    if (names.length === 0) throw error;
    throw new Error(`portal/site/browser/shared.js must also import what two scripts import: ${names.join(", ")}`);
  });
  for (const warning of result.warnings) console.error(`${warning.location?.file}: ${warning.text}`);
  const { inputs, outputs } = /** @type {import("esbuild").Metafile} */ (result.metafile);
  return { inputs: Object.keys(inputs), outputs: Object.keys(outputs).map((path) => basename(path)).sort() };
}

/**
 * The scripts that can import nothing: a file on a disk has no neighbours.
 * @param {string} folder
 */
async function buildAlone(folder) {
  const entryPoints = Object.fromEntries(Object.entries(alone).filter(([, entry]) => existsSync(join(root, entry))));
  if (Object.keys(entryPoints).length === 0) return [];
  await buildScripts(folder, { entryPoints, splitting: false, format: "iife", logLevel: "warning" });
  return Object.keys(entryPoints).map((name) => `${name}.js`);
}

/**
 * @param {string} entry @param {string} output
 * @returns {string[]} the files that went in, relative to the checkout
 */
function buildStyle(entry, output) {
  const result = compile(join(root, entry), {
    loadPaths: [join(root, "node_modules")],
    style: "compressed",
    charset: false,
    quietDeps: true,
  });
  writeFileSync(output, `${logical(without(result.css, spare()))}\n`);
  return result.loadedUrls.map((url) => relative(root, fileURLToPath(url)).split(sep).join("/"));
}

/** Classes of the components from elsewhere that this site has no use for; naming one in a page ends the build. */
function spare() {
  const names = [
    ...["checkboxes", "radios"].flatMap((each) => [`${each}--small`, `${each}--inline`, `${each}__conditional`, `${each}__divider`]),
    ...["l", "m", "xl"].flatMap((size) => [`label--${size}`, `fieldset__legend--${size}`]),
    ...["fieldset__heading", "label-wrapper", "error-summary__body", "skip-link-focused-element", "textarea--error"],
  ].map((name) => `govuk-${name}`);
  const files = classes.filter((folder) => existsSync(join(root, folder))).flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)));
  const text = files.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path, "utf8")).join("\n");
  const used = names.filter((name) => new RegExp(`${name}(?![\\w-])`).test(text));
  if (used.length > 0) throw new Error(`tools/build_assets.mjs leaves out the style of ${used.join(", ")}: take it from its list`);
  return names;
}

/**
 * A style without the rules of some classes.
 * @param {string} css compressed, as Sass writes it
 * @param {string[]} names
 */
function without(css, names) {
  const named = new RegExp(`\\.(?:${names.join("|")})(?![\\w]|-(?!-hidden))`);
  /** @param {string} selector */
  const fits = (selector) => !named.test(selector.replace(/:not\([^()]*\)/g, "")); // what has not the class is ours too
  const kept = css.replace(/([^{}]+)(\{[^{}]*\})/g, (_, selectors, body) => {
    const wanted = selectors.split(/,(?![^(]*\))/).filter(fits);
    return wanted.length > 0 ? wanted.join(",") + body : "";
  });
  return kept.replace(/@[^{}]+\{\}/g, "");
}

/**
 * The style by start and end in place of left and right, so that it also fits languages that are written from the right.
 * The components that come from elsewhere name sides.
 * @param {string} css
 */
function logical(css) {
  /** @type {Record<string, string>} */
  const ends = { left: "start", right: "end" };
  return css
    .replace(/(?<=[{;])(padding|margin|border)-(left|right)(?=(?:-color|-width|-style)?:)/g, (_, what, side) => `${what}-inline-${ends[side]}`)
    .replace(/(?<=[{;])(left|right)(?=:)/g, (side) => `inset-inline-${ends[side]}`)
    .replace(/(?<=[{;]text-align:)(left|right)/g, (side) => ends[side] ?? side);
}

/**
 * Name, version and licence text of one package; a text that its package forgot stands in tools/licences/.
 * @param {string} folder
 */
function licenceText(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const own = readdirSync(folder).find((each) => /^licen[sc]e/i.test(each));
  const file = own ? join(folder, own) : join(root, "tools", "licences", `${name}.txt`);
  if (!existsSync(file)) throw new Error(`${name} has no licence file: it cannot be bundled`);
  return `${name} ${version} (${license})\n\n${readFileSync(file, "utf8").trim()}\n`;
}

/**
 * The licence text of every package among the inputs; whoever passes a bundle on must pass these on too.
 * @param {string[]} inputs
 */
function licenceTexts(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const match = /^(.*(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match?.[1]) folders.add(match[1]);
  }
  const texts = [...folders].map((folder) => licenceText(join(root, folder))).sort();
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** @param {string} folder */
async function buildAll(folder) {
  mkdirSync(folder, { recursive: true });
  const { inputs, outputs } = await buildModules(folder);
  outputs.push(...(await buildAlone(folder)));
  if (existsSync(join(root, style.from))) {
    inputs.push(...buildStyle(style.from, join(folder, style.to)));
    outputs.push(style.to);
  }
  writeFileSync(join(folder, licences), licenceTexts(inputs));
  writeReleaseList(folder, outputs);
  return [...outputs, licences, releaseList];
}

/**
 * What browsers run or draw, by SHA-256: the part of a site that no steward may change (docs/RELEASING.md).
 * @param {string} folder
 * @param {string[]} outputs
 */
function writeReleaseList(folder, outputs) {
  /** @param {string} name */
  const place = (name) => join(outputs.includes(name) ? folder : assets, name);
  const names = [...outputs, ...drawn.filter((name) => existsSync(place(name)))].sort();
  const lines = names.map((name) => {
    const digest = createHash("sha256").update(readFileSync(place(name))).digest("base64url");
    return `  ${JSON.stringify({ digest, path: `/assets/${name}` })}`;
  });
  writeFileSync(join(folder, releaseList), `{"files":[\n${lines.join(",\n")}\n],"v":1}\n`);
}

/**
 * The outputs that are committed and not built, built and not committed, or not the same.
 * @param {string} fresh
 */
function differences(fresh) {
  /** @param {string} path */
  const bytes = (path) => (existsSync(path) ? readFileSync(path) : Buffer.from("missing"));
  const names = [...Object.keys(scripts), ...Object.keys(alone), shared]
    .map((name) => `${name}.js`)
    .concat(style.to, licences, releaseList);
  return names.filter((name) => !bytes(join(assets, name)).equals(bytes(join(fresh, name))));
}

if (process.argv.includes("--check")) {
  const fresh = mkdtempSync(join(tmpdir(), "candour-assets-"));
  try {
    const names = await buildAll(fresh);
    const differing = differences(fresh);
    if (differing.length > 0) {
      console.error(`Not what the sources give: ${differing.join(", ")}. Run \`make assets\` and commit the result.`);
      process.exitCode = 1;
    } else {
      console.log(`Assets: ${names.length} files, byte for byte what the sources give.`);
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
} else {
  for (const name of await buildAll(assets)) {
    const bytes = readFileSync(join(assets, name));
    console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped`);
  }
}
