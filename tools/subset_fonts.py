"""Makes the fonts of posters and records anew from Debian's fonts-noto-core: only the scripts that we write in.

    .venv/bin/python tools/subset_fonts.py

They are bundled so that paper looks the same everywhere and needs no font of the machine. Licence beside them.
"""

from pathlib import Path

from fontTools import subset

SOURCE = Path("/usr/share/fonts/truetype/noto")
TARGET = Path(__file__).resolve().parents[1] / "portal" / "paper" / "fonts"
_COMMON = "U+0020-007E,U+00A0,U+2010-2027,U+2030-203A,U+200C-200F,U+25CC"
_LATIN = (
    "U+0020-024F,U+0259,U+02BC,U+02C6-02DD,U+0300-0328,U+0370-03FF,U+0400-052F,U+1E00-1EFF,U+2010-203A,U+20AC,"
    "U+2190-2193,U+25CF"
)
FONTS = {
    "NotoSans-Regular": _LATIN,
    "NotoSans-Bold": _LATIN,
    "NotoNaskhArabic-Regular": f"{_COMMON},U+0600-06FF,U+0750-077F,U+FB50-FDFF,U+FE70-FEFC",
    "NotoNaskhArabic-Bold": f"{_COMMON},U+0600-06FF,U+0750-077F,U+FB50-FDFF,U+FE70-FEFC",
    "NotoSansDevanagari-Regular": f"{_COMMON},U+0900-097F",
    "NotoSansDevanagari-Bold": f"{_COMMON},U+0900-097F",
    "NotoSansMalayalam-Regular": f"{_COMMON},U+0D00-0D7F",
    "NotoSansMalayalam-Bold": f"{_COMMON},U+0D00-0D7F",
}


def main() -> None:
    """Every font of the list."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, letters in FONTS.items():
        options = ["--layout-features=*", "--no-hinting", "--name-IDs=0,1,2,3,4,5,6,13,14", f"--unicodes={letters}"]
        subset.main([str(SOURCE / f"{name}.ttf"), f"--output-file={TARGET / name}.ttf", *options])


if __name__ == "__main__":
    main()
