"""Paper and ink: the colours of the reporter's site (portal/site/style/_look.scss), as a Qt palette and style sheet.

One accent; amber only for "take care", red only for danger to life and for overdue. Light and dark are the same names
with other values, and sizes are multiples of the text's, so that zooming the text zooms all.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from recipients.vault.files import disk

TEXT = 15  # pixels at 100 %
ZOOMS = (80, 90, 100, 115, 130, 150, 175, 200)


@dataclass(frozen=True, kw_only=True)
class Colours:
    """One set of colours, as #rrggbb."""

    paper: str
    sheet: str
    quiet: str
    quiet_hover: str
    border: str
    ink: str
    faint: str
    accent: str
    accent_hover: str
    on_accent: str
    focus: str
    care: str
    care_sheet: str
    danger: str
    danger_sheet: str


LIGHT = Colours(
    paper="#faf7f2",
    sheet="#ffffff",
    quiet="#efe8df",
    quiet_hover="#e2d8cb",
    border="#d8cfc6",
    ink="#1d1a1c",
    faint="#574f54",
    accent="#4b1f47",
    accent_hover="#371634",
    on_accent="#ffffff",
    focus="#8a2c83",
    care="#8a5200",
    care_sheet="#fdf3dc",
    danger="#a8141b",
    danger_sheet="#fdeeee",
)
DARK = Colours(
    paper="#1a1518",
    sheet="#241d21",
    quiet="#362c32",
    quiet_hover="#463a41",
    border="#4a4147",
    ink="#f2ece6",
    faint="#c4b9bf",
    accent="#e2b8db",
    accent_hover="#f3d9ee",
    on_accent="#2a1027",
    focus="#f0a8e6",
    care="#f5c26b",
    care_sheet="#33270f",
    danger="#ff9c98",
    danger_sheet="#3b1717",
)
SCHEMES = {"light": LIGHT, "dark": DARK}
_FILE = "desk.json"
PICTURES = Path(__file__).parent / "pictures"


class Look:
    """The look in use: `scheme` is "system", "light" or "dark", `zoom` one of ZOOMS; and when the desk locks itself."""

    def __init__(self, scheme: str = "system", zoom: int = 100, minutes: int = 10) -> None:
        self.scheme, self.zoom, self.minutes = scheme, zoom, minutes

    def remember(self, vault: Path) -> None:
        """Takes what was chosen for a vault, as far as it can be used. It lies beside the vault, and tells nothing."""
        try:
            found = json.loads((vault / _FILE).read_text("utf-8"))
            scheme, zoom, minutes = found["scheme"], found["zoom"], found["minutes"]
        except (OSError, ValueError, TypeError, KeyError):
            return
        self.scheme = scheme if scheme in ("system", *SCHEMES) else self.scheme
        self.zoom = zoom if zoom in ZOOMS else self.zoom
        self.minutes = minutes if type(minutes) is int and 1 <= minutes <= 60 else self.minutes

    def keep(self, vault: Path) -> None:
        """Keeps what was chosen, where there is a vault."""
        if vault.is_dir():
            chosen = {"scheme": self.scheme, "zoom": self.zoom, "minutes": self.minutes}
            with disk():
                (vault / _FILE).write_text(json.dumps(chosen), "utf-8")

    @property
    def colours(self) -> Colours:
        """The colours now; the system's wish is asked for each time, as it may change at dusk."""
        if self.scheme in SCHEMES:
            return SCHEMES[self.scheme]
        dark = QGuiApplication.styleHints().colorScheme().name == "Dark"
        return DARK if dark else LIGHT

    def px(self, size: float) -> int:
        """A length that grows with the text."""
        return round(size * self.zoom / 100)

    def apply(self, application: QApplication) -> None:
        """Dresses the whole program."""
        application.setStyle("Fusion")
        font = QFont(application.font())
        font.setPixelSize(self.px(TEXT))
        application.setFont(font)
        application.setPalette(_palette(self.colours))
        application.setStyleSheet(_sheet(self))


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for one, colour in {
        role.Window: colours.paper,
        role.WindowText: colours.ink,
        role.Base: colours.sheet,
        role.AlternateBase: colours.quiet,
        role.Text: colours.ink,
        role.PlaceholderText: colours.faint,
        role.Button: colours.quiet,
        role.ButtonText: colours.ink,
        role.ToolTipBase: colours.sheet,
        role.ToolTipText: colours.ink,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Link: colours.accent,
        role.Mid: colours.border,
        role.Dark: colours.border,
        role.Midlight: colours.quiet,
        role.Light: colours.sheet,
        role.Accent: colours.accent,
    }.items():
        palette.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(colours.faint))
    return palette


def _sheet(look: Look) -> str:
    c, px = look.colours, look.px
    kind = "light" if c is LIGHT else "dark"
    arrow, up, tick = ((PICTURES / f"{one}-{kind}.svg").as_posix() for one in ("down", "up", "tick"))
    return f"""
    * {{ font-size: {px(TEXT)}px; }}
    QToolTip {{ color: {c.ink}; background: {c.sheet}; border: 1px solid {c.border}; padding: {px(4)}px; }}
    QLabel[part="title"] {{ font-size: {px(24)}px; font-weight: 700; }}
    QLabel[part="heading"] {{ font-size: {px(17)}px; font-weight: 700; }}
    QLabel[part="label"] {{ font-weight: 600; }}
    QLabel[part="faint"] {{ color: {c.faint}; }}
    QLabel[part="words"] {{
        font-size: {px(20)}px; font-weight: 600; background: {c.sheet}; border: 1px solid {c.border};
        border-radius: {px(4)}px; padding: {px(14)}px;
    }}
    QLabel[part="care"], QLabel[part="danger"] {{
        border-radius: {px(4)}px; padding: {px(10)}px; border-left: {px(5)}px solid {c.care};
        background: {c.care_sheet}; color: {c.ink};
    }}
    QLabel[part="danger"] {{ border-left-color: {c.danger}; background: {c.danger_sheet}; }}
    QFrame[part="strip"] {{ background: {c.quiet}; border: none; border-bottom: 1px solid {c.border}; }}
    QFrame[part="foot"] {{ background: {c.quiet}; border: none; border-top: 1px solid {c.border}; }}
    QFrame[part="card"] {{ background: {c.sheet}; border: 1px solid {c.border}; border-radius: {px(6)}px; }}
    QPushButton, QToolButton {{
        background: {c.quiet}; color: {c.ink}; border: 1px solid {c.border}; border-radius: {px(5)}px;
        padding: {px(7)}px {px(16)}px; min-height: {px(24)}px;
    }}
    QFrame[part="strip"] QPushButton, QFrame[part="foot"] QPushButton {{ background: {c.sheet}; }}
    QPushButton:hover, QToolButton:hover {{ background: {c.quiet_hover}; }}
    QPushButton[part="main"] {{
        background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; font-weight: 600;
    }}
    QPushButton[part="main"]:hover {{ background: {c.accent_hover}; }}
    QPushButton[part="link"] {{
        background: transparent; border-color: transparent; color: {c.accent}; font-weight: 600; text-align: left;
        padding: {px(7)}px {px(6)}px;
    }}
    QPushButton[part="link"]:hover {{ text-decoration: underline; background: transparent; }}
    QPushButton:focus, QToolButton:focus, QFrame QPushButton:focus {{ border: 2px solid {c.focus}; }}
    QPushButton:disabled, QToolButton:disabled, QPushButton[part="main"]:disabled {{
        background: {c.paper}; color: {c.faint}; border-color: {c.border};
    }}
    QLineEdit, QPlainTextEdit, QTextEdit, QDateEdit, QComboBox, QSpinBox, QListView {{
        background: {c.sheet}; color: {c.ink}; border: 1px solid {c.border}; border-radius: {px(4)}px;
        padding: {px(6)}px {px(8)}px; selection-background-color: {c.accent}; selection-color: {c.on_accent};
    }}
    QLineEdit, QDateEdit, QComboBox, QSpinBox {{ min-height: {px(24)}px; }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QDateEdit:focus, QComboBox:focus, QSpinBox:focus,
    QListView:focus {{ border: 2px solid {c.focus}; }}
    QComboBox::drop-down, QDateEdit::drop-down {{ border: none; width: {px(26)}px; }}
    QComboBox::down-arrow, QDateEdit::down-arrow {{ image: url({arrow}); width: {px(12)}px; height: {px(12)}px; }}
    QSpinBox {{ padding-right: {px(30)}px; }}
    QSpinBox::up-button, QSpinBox::down-button {{
        subcontrol-origin: border; border: none; width: {px(26)}px; height: {px(16)}px;
    }}
    QSpinBox::up-button {{ subcontrol-position: top right; }}
    QSpinBox::down-button {{ subcontrol-position: bottom right; }}
    QSpinBox::up-arrow {{ image: url({up}); width: {px(11)}px; height: {px(11)}px; }}
    QSpinBox::down-arrow {{ image: url({arrow}); width: {px(11)}px; height: {px(11)}px; }}
    QComboBox QAbstractItemView {{ border: 1px solid {c.border}; background: {c.sheet}; }}
    QListView[part="cases"] {{ background: {c.paper}; border: none; padding: 0; }}
    QTextEdit[part="reading"] {{ background: {c.paper}; border: none; padding: 0; }}
    QTextEdit[part="reading"]:focus {{ border: 2px solid {c.focus}; }}
    QCheckBox, QRadioButton {{ spacing: {px(8)}px; padding: {px(4)}px 0; }}
    QCheckBox::indicator, QRadioButton::indicator {{ width: {px(18)}px; height: {px(18)}px; }}
    QCheckBox::indicator, QRadioButton::indicator {{ background: {c.sheet}; border: 1px solid {c.ink}; }}
    QListView::indicator {{
        width: {px(16)}px; height: {px(16)}px; background: {c.sheet}; border: 1px solid {c.ink};
        border-radius: {px(3)}px;
    }}
    QListView::indicator:checked {{ image: url({tick}); }}
    QCheckBox::indicator {{ border-radius: {px(3)}px; }}
    QCheckBox::indicator:checked {{ image: url({tick}); }}
    QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border: 2px solid {c.focus}; }}
    QCheckBox::indicator:disabled {{ border-color: {c.border}; }}
    QRadioButton::indicator {{ border-radius: {px(9)}px; }}
    QRadioButton::indicator:checked {{ background: {c.accent}; }}
    QListView::indicator {{
        width: {px(16)}px; height: {px(16)}px; background: {c.sheet}; border: 1px solid {c.ink};
        border-radius: {px(3)}px;
    }}
    QListView::indicator:checked {{ image: url({tick}); }}
    QCheckBox:focus, QRadioButton:focus {{ color: {c.focus}; }}
    QProgressBar {{
        background: {c.sheet}; border: 1px solid {c.border}; border-radius: {px(4)}px; text-align: center;
        min-height: {px(20)}px;
    }}
    QProgressBar::chunk {{ background: {c.quiet_hover}; }}
    QSplitter::handle {{ background: {c.border}; }}
    QMenuBar {{ background: {c.paper}; }}
    QMenuBar::item {{ padding: {px(5)}px {px(10)}px; }}
    QMenuBar::item:selected, QMenu::item:selected {{ background: {c.quiet_hover}; color: {c.ink}; }}
    QMenu {{ background: {c.sheet}; border: 1px solid {c.border}; }}
    QMenu::item {{ padding: {px(6)}px {px(28)}px; }}
    QMenu::item:disabled {{ color: {c.faint}; }}
    QScrollArea {{ border: none; background: transparent; }}
    QTabBar::tab {{
        padding: {px(8)}px {px(14)}px; border: none; border-bottom: {px(3)}px solid transparent; color: {c.faint};
    }}
    QTabBar::tab:selected {{ color: {c.ink}; border-bottom-color: {c.accent}; }}
    QTabBar::tab:focus {{ color: {c.focus}; }}
    QTabWidget::pane {{ border: none; border-top: 1px solid {c.border}; }}
    """
