"""What LaTeX's commands for accents, letters, signs and mathematics print, in Unicode."""

from __future__ import annotations

from collections.abc import Mapping

ACCENTS: Mapping[str, str] = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "h": "\u0309",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "U": "\u030e",
    "G": "\u030f",
    "f": "\u0311",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
    "textcommabelow": "\u0326",
    "textogonekcentered": "\u0328",
    **{"grave": "\u0300", "acute": "\u0301", "hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "breve": "\u0306"},
    **{"dot": "\u0307", "ddot": "\u0308", "check": "\u030c", "vec": "\u20d7"},
}
"""Combining characters, by the command that sets them on its argument."""

SYMBOLS: Mapping[str, str] = {
    # letters
    **{"ss": "ß", "SS": "ẞ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ"},
    **{"aa": "å", "AA": "Å", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ"},
    **{"i": "ı", "j": "ȷ", "ij": "ĳ", "IJ": "Ĳ", "textschwa": "ə"},
    # characters that LaTeX gives a meaning
    **{"&": "&", "%": "%", "$": "$", "#": "#", "_": "_", "{": "{", "}": "}", "textbackslash": "\\", "slash": "/"},
    **{"textasciitilde": "~", "textasciicircum": "^", "textunderscore": "_", "textdollar": "$", "textbar": "|"},
    **{"textless": "<", "textgreater": ">", "textbraceleft": "{", "textbraceright": "}", "lbrack": "[", "rbrack": "]"},
    **{"textasteriskcentered": "*", "ast": "*", "textquotedbl": '"', "dq": '"', "textquotesingle": "'", "backslash": "\\"},
    # dashes, dots, quotation marks
    **{"textendash": "–", "textemdash": "—", "bibrangedash": "–", "ldots": "…", "dots": "…", "textellipsis": "…"},
    **{"textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”", "lq": "‘", "rq": "’"},
    **{"guillemotleft": "«", "guillemotright": "»", "guillemetleft": "«", "guillemetright": "»", "flqq": "«", "frqq": "»"},
    **{"guilsinglleft": "‹", "guilsinglright": "›", "flq": "‹", "frq": "›", "quotedblbase": "„", "quotesinglbase": "‚"},
    **{"glqq": "„", "grqq": "“", "glq": "‚", "grq": "‘", "hyphen": "-", "textnumero": "№", "colon": ":", "addcolon": ":"},
    # signs
    **{"S": "§", "P": "¶", "dag": "†", "ddag": "‡", "textdagger": "†", "textdaggerdbl": "‡", "textsection": "§"},
    **{"copyright": "©", "textcopyright": "©", "textregistered": "®", "texttrademark": "™", "textbullet": "•"},
    **{"pounds": "£", "textsterling": "£", "euro": "€", "texteuro": "€", "EUR": "€", "textyen": "¥", "textcent": "¢"},
    **{"textdegree": "°", "degree": "°", "textmu": "µ", "textordfeminine": "ª", "textordmasculine": "º"},
    **{"textonehalf": "½", "textonequarter": "¼", "textthreequarters": "¾", "textonesuperior": "¹", "textparagraph": "¶"},
    **{"texttwosuperior": "²", "textthreesuperior": "³", "textperiodcentered": "·", "textvisiblespace": "␣"},
    **{"textexclamdown": "¡", "textquestiondown": "¿", "textcelsius": "℃", "texttimes": "×", "textdiv": "÷"},
    **{"textsurd": "√", "textlnot": "¬", "textpm": "±", "textrightarrow": "→", "textleftarrow": "←", "male": "♂"},
    **{"LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "LaTeXe": "LaTeX2ε", "XeTeX": "XeTeX", "XeLaTeX": "XeLaTeX"},
    **{"ayn": "ʿ", "hamza": "ʾ", "textmodapostrophe": "ʼ", "female": "♀", "checkmark": "✓", "textperthousand": "‰"},
    # spaces
    **{" ": " ", "\n": " ", "\t": " ", ",": "\u202f", ";": " ", ":": " ", "quad": " ", "qquad": " ", "space": " "},
    **{"enspace": " ", "enskip": " ", "thinspace": "\u202f", "nobreakspace": "\u00a0", "\\": " ", "newline": " "},
    **{"addspace": " ", "addnbspace": "\u00a0", "par": " ", "linebreak": " ", "hfill": " ", "addcomma": ",", "adddot": "."},
    # nothing
    **dict.fromkeys(("!", "/", "-", "@", "relax", "protect", "null", "sloppy", "noindent", "xspace", "allowbreak"), ""),
    **dict.fromkeys(("expandafter", "nobreak", "ignorespaces", "unskip", "newblock", "(", ")", "strut"), ""),
    **dict.fromkeys(("nolinebreak", "nopagebreak", "break", "looseness", "hyphenation", "left"), ""),
    **dict.fromkeys(("right", "big", "Big", "bigl", "bigr", "displaystyle", "textstyle", "limits", "nolimits"), ""),
    **dict.fromkeys(("small", "footnotesize", "scriptsize", "tiny", "large", "Large", "normalsize", "LARGE", "huge"), ""),
}

_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega"

MATHEMATICS: Mapping[str, str] = {
    **dict(zip(_GREEK.split(), "αβγδεζηθικλμνξοπρστυφχψω", strict=True)),
    **dict(zip(_GREEK.title().split(), "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", strict=True)),
    **{"varepsilon": "ε", "vartheta": "ϑ", "varpi": "ϖ", "varrho": "ϱ", "varsigma": "ς", "varphi": "φ"},
    **{"times": "×", "cdot": "·", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "star": "⋆", "circ": "∘", "bullet": "•"},
    **{"leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "equiv": "≡", "sim": "∼"},
    **{"simeq": "≃", "cong": "≅", "propto": "∝", "ll": "≪", "gg": "≫", "lt": "<", "gt": ">", "subset": "⊂", "supset": "⊃"},
    **{"subseteq": "⊆", "supseteq": "⊇", "in": "∈", "notin": "∉", "ni": "∋", "cup": "∪", "cap": "∩", "setminus": "∖"},
    **{"emptyset": "∅", "infty": "∞", "partial": "∂", "nabla": "∇", "forall": "∀", "exists": "∃", "neg": "¬", "land": "∧"},
    **{"lor": "∨", "wedge": "∧", "vee": "∨", "oplus": "⊕", "otimes": "⊗", "perp": "⊥", "parallel": "∥", "mid": "∣"},
    **{"to": "→", "rightarrow": "→", "leftarrow": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "Leftarrow": "⇐"},
    **{"Leftrightarrow": "⇔", "mapsto": "↦", "uparrow": "↑", "downarrow": "↓", "longrightarrow": "⟶", "hookrightarrow": "↪"},
    **{"sum": "∑", "prod": "∏", "int": "∫", "oint": "∮", "surd": "√", "ell": "ℓ", "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ"},
    **{"aleph": "ℵ", "prime": "′", "dagger": "†", "ddagger": "‡", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋"},
    **{"lceil": "⌈", "rceil": "⌉", "cdots": "⋯", "vdots": "⋮", "angle": "∠", "triangle": "△", "square": "□", "models": "⊨"},
    **{"imath": "ı", "jmath": "ȷ", "lbrace": "{", "rbrace": "}", "Vert": "‖", "vert": "|", "lvert": "|", "rvert": "|"},
    **{name: name for name in ("log", "ln", "exp", "sin", "cos", "tan", "min", "max", "lim", "sup", "inf", "det", "dim", "mod")},
}
"""Commands whose meaning is the same inside and outside of `$`."""

STYLES: Mapping[str, str] = {
    **dict.fromkeys(("emph", "textit", "textsl", "mkbibemph", "mkbibitalic"), "i"),
    **dict.fromkeys(("textbf", "mkbibbold", "mathbf", "boldsymbol"), "b"),
    **dict.fromkeys(("textsc", "mkbibacro"), "sc"),
    **dict.fromkeys(("textsuperscript", "mkbibsuperscript", "sp"), "sup"),
    **dict.fromkeys(("textsubscript", "mkbibsubscript", "sb"), "sub"),
}
"""The format of a command's argument."""

DECLARATIONS: Mapping[str, str] = {
    **dict.fromkeys(("em", "it", "itshape", "sl", "slshape"), "i"),
    **dict.fromkeys(("bf", "bfseries"), "b"),
    **dict.fromkeys(("sc", "scshape"), "sc"),
    **dict.fromkeys(("rm", "rmfamily", "sf", "sffamily", "tt", "ttfamily", "normalfont", "upshape", "mdseries"), ""),
}
"""The format of all that follows in the group; empty: none."""

TRANSPARENT = frozenset(
    "text textrm textsf texttt textnormal textup textmd mbox hbox fbox makebox mathrm mathit mathsf mathtt mathcal mathbb "
    "mathfrak mathnormal operatorname underline uline textulf textlf lowercase ensuremath bibstring foreignquote "
    "textnohyphenation hspace* aftergroup cyr textcyr textgreek selectfont bm overline widehat widetilde "
    "textipa mathop mathbin mathrel".split()
)
"""Commands that print their argument and add nothing that can be kept."""

DROPPED: Mapping[str, int] = {
    **dict.fromkeys(("noopsort", "sortnoop", "SortNoop", "NoopSort", "label", "hspace", "vspace", "index", "phantom"), 1),
    **dict.fromkeys(("fontsize",), 2),
    **dict.fromkeys(("color", "language", "fontfamily", "fontencoding", "selectlanguage", "lowercaseprefix"), 1),
}
"""Commands whose arguments are not printed, and how many they take."""

QUOTES = frozenset(("enquote", "mkbibquote", "textquote", "enquote*"))
PROTECTING = frozenset(("NoCaseChange", "uppercase", "MakeUppercase"))
"""Commands whose argument keeps its case."""
