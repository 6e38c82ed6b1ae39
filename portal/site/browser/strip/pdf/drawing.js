/**
 * What of a PDF is kept: what draws. For each kind of dictionary the keys that draw and what stands behind each of them;
 * all that is not named here goes. So a key that some program invents tomorrow is gone too.
 *
 * "*" stands for any key, where keys are names that the file gives. "plain": numbers, names, strings, and lists of them.
 */

/** @param {string} keys @param {Record<string, string>} [others] @returns {Readonly<Record<string, string>>} */
function kind(keys, others = {}) {
  return Object.freeze({ ...Object.fromEntries(keys.split(" ").filter(Boolean).map((key) => [key, "plain"])), ...others });
}

const FUNCTION = "FunctionType Domain Range Bounds Encode Decode Size BitsPerSample Order C0 C1 N";
const SHADED = "ShadingType Background BBox AntiAlias Coords Domain Extend Matrix BitsPerCoordinate BitsPerComponent BitsPerFlag Decode VerticesPerRow";
const FORM = "Type Subtype FormType BBox Matrix";
const IMAGE = "Width Height BitsPerComponent Decode ImageMask SMaskInData Matte Interpolate Intent";
const FONT = "Type Subtype BaseFont FirstChar LastChar Widths DW W DW2 W2 FontBBox FontMatrix";
const DESCRIBED = "Type FontName FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth";

/** @type {Readonly<Record<string, Readonly<Record<string, string>>>>} */
export const DRAWS = Object.freeze({
  plain: Object.freeze({}),
  page: kind("MediaBox CropBox BleedBox TrimBox ArtBox Rotate UserUnit", { Resources: "resources", Group: "group" }),
  resources: kind("", {
    ExtGState: "states", ColorSpace: "spaces", Pattern: "patterns", Shading: "shadings", XObject: "drawings", Font: "fonts",
    Properties: "layers",
  }),
  states: { "*": "state" }, spaces: { "*": "space" }, patterns: { "*": "pattern" }, shadings: { "*": "shading" },
  drawings: { "*": "drawing" }, fonts: { "*": "font" }, layers: { "*": "layer" }, glyphs: { "*": "glyph" },
  state: kind("Type LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK", { Font: "font", SMask: "mask" }),
  mask: kind("Type S BC", { G: "drawing", TR: "function" }),
  group: kind("Type S I K", { CS: "space" }),
  space: kind(`WhitePoint BlackPoint Gamma Matrix Subtype Components ${FUNCTION}`, {
    Functions: "function", Colorants: "spaces", Process: "space", ColorSpace: "space",
  }),
  function: kind(FUNCTION, { Functions: "function" }),
  pattern: kind("Type PatternType PaintType TilingType BBox XStep YStep Matrix", { Resources: "resources", Shading: "shading", ExtGState: "state" }),
  shading: kind(SHADED, { ColorSpace: "space", Function: "function" }),
  drawing: kind(`${FORM} ${IMAGE}`, {
    Resources: "resources", Group: "group", OC: "layer", ColorSpace: "space", Mask: "drawing", SMask: "drawing",
  }),
  parms: kind("Predictor Colors BitsPerComponent Columns EarlyChange K EndOfLine EncodedByteAlign Rows EndOfBlock BlackIs1 DamagedRowsBeforeError ColorTransform", { JBIG2Globals: "raw" }),
  font: kind(FONT, {
    FontDescriptor: "descriptor", Encoding: "encoding", ToUnicode: "map", DescendantFonts: "font", CIDSystemInfo: "system",
    CIDToGIDMap: "raw", CharProcs: "glyphs", Resources: "resources",
  }),
  system: kind("Supplement", { Registry: "system", Ordering: "system" }), characters: Object.freeze({}),
  descriptor: kind(DESCRIBED, { CharSet: "characters", FontFile: "program", FontFile2: "program", FontFile3: "program" }),
  program: kind("Subtype Length1 Length2 Length3"),
  encoding: kind("Type BaseEncoding Differences CMapName WMode", { CIDSystemInfo: "system", UseCMap: "map" }),
  map: kind("Type CMapName WMode", { CIDSystemInfo: "system", UseCMap: "map" }),
  raw: Object.freeze({}), glyph: Object.freeze({}),
  layer: kind("Type P", { OCGs: "layer", VE: "layer" }),
}); // prettier-ignore

/** What goes with a key that does not draw; "" where it tells nothing or is written anew. */
const TELLS = Object.freeze({
  Author: "person", Creator: "device", Producer: "device", CreationDate: "time", ModDate: "time", LastModified: "time",
  Title: "words", Subject: "words", Keywords: "words", Metadata: "history", PieceInfo: "history", Thumb: "thumbnail", ID: "number",
  Names: "", Dests: "links", Outlines: "links", Threads: "links", B: "links", URI: "links", PageLabels: "links",
  OpenAction: "scripts", AA: "scripts", JavaScript: "scripts", EmbeddedFiles: "attached", AF: "attached", Collection: "attached",
  AcroForm: "", Fields: "fields", XFA: "fields", Perms: "signature", DSS: "signature", SigFlags: "",
  StructTreeRoot: "structure", MarkInfo: "structure", OutputIntents: "colour",
  Type: "", Parent: "", Length: "", Filter: "", DecodeParms: "", Kids: "", Count: "", Pages: "", Root: "", Info: "", Size: "", Prev: "",
  XRefStm: "", Index: "", W: "", DL: "", ProcSet: "", Name: "", StructParent: "structure", StructParents: "structure", Tabs: "", Annots: "",
  Contents: "", Version: "", PageMode: "", PageLayout: "", ViewerPreferences: "", Lang: "structure", OCProperties: "", Extensions: "",
  Trapped: "", Linearized: "", CIDSet: "", HT: "", TR: "", TR2: "", BG: "", BG2: "", UCR: "", UCR2: "", FontFamily: "", Style: "", Panose: "",
}); // prettier-ignore

/**
 * @param {string} key
 * @returns {string} of content's list, or ""
 */
export function tells(key) {
  return /** @type {Record<string, string>} */ (TELLS)[key] ?? "other";
}
