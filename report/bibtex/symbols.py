"""What LaTeX's commands for accents, letters, signs and mathematics print, in Unicode."""

from __future__ import annotations

from collections.abc import Mapping

from report.bibtex.tables import pairs, words

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
    "grave": "\u0300",
    "acute": "\u0301",
    "hat": "\u0302",
    "tilde": "\u0303",
    "bar": "\u0304",
    "breve": "\u0306",
    "dot": "\u0307",
    "ddot": "\u0308",
    "check": "\u030c",
    "vec": "\u20d7",
}
"""Combining characters, by the command that sets them on its argument; words are those of mathematics."""

_LETTERS = """
    ss ß SS ẞ o ø O Ø l ł L Ł ae æ AE Æ oe œ OE Œ aa å AA Å dh ð DH Ð th þ TH Þ dj đ DJ Đ ng ŋ NG Ŋ i ı j ȷ
    ij ĳ IJ Ĳ textschwa ə ayn ʿ hamza ʾ textmodapostrophe ʼ
"""
_CHARACTERS = """
    & & % % $ $ # # _ _ { { } } textbackslash \\ backslash \\ slash / textasciitilde ~ textasciicircum ^
    textunderscore _ textdollar $ textbar | textless < textgreater > textbraceleft { textbraceright }
    lbrack [ rbrack ] textasteriskcentered * ast * textquotedbl " dq " textquotesingle '
    textendash – textemdash — bibrangedash – ldots … dots … textellipsis … hyphen - colon : addcolon : addcomma ,
    adddot . textquoteleft ‘ textquoteright ’ textquotedblleft “ textquotedblright ” lq ‘ rq ’ guillemotleft «
    guillemotright » guillemetleft « guillemetright » flqq « frqq » guilsinglleft ‹ guilsinglright › flq ‹ frq ›
    quotedblbase „ quotesinglbase ‚ glqq „ grqq “ glq ‚ grq ‘
"""
_SIGNS = """
    S § textsection § P ¶ textparagraph ¶ dag † ddag ‡ textdagger † textdaggerdbl ‡ copyright © textcopyright ©
    textregistered ® texttrademark ™ textbullet • pounds £ textsterling £ euro € texteuro € EUR € textyen ¥ textcent ¢
    textdegree ° degree ° textcelsius ℃ textmu µ textperthousand ‰ textordfeminine ª textordmasculine º textnumero №
    textonehalf ½ textonequarter ¼ textthreequarters ¾ textonesuperior ¹ texttwosuperior ² textthreesuperior ³
    textasciimacron ¯ textasciiacute ´ textasciigrave ` textperiodcentered · textvisiblespace ␣ textexclamdown ¡
    textquestiondown ¿ texttimes × textdiv ÷ textsurd √
    textlnot ¬ textpm ± textrightarrow → textleftarrow ← male ♂ female ♀ checkmark ✓
    LaTeX LaTeX TeX TeX BibTeX BibTeX LaTeXe LaTeX2ε XeTeX XeTeX XeLaTeX XeLaTeX
"""
_SPACES = {
    **dict.fromkeys((" ", "\n", "\t", ";", ":", "\\", *words("quad qquad space enspace enskip newline par")), " "),
    **dict.fromkeys(words("addspace linebreak hfill"), " "),
    **dict.fromkeys(words(", thinspace"), "\u202f"),
    **dict.fromkeys(words("nobreakspace addnbspace"), "\u00a0"),
}
_NOTHING = words(
    "! / - @ ( ) relax protect null sloppy noindent xspace allowbreak expandafter nobreak ignorespaces unskip newblock "
    "strut nolinebreak nopagebreak break left right big Big bigl bigr displaystyle textstyle limits nolimits "
    "small footnotesize scriptsize tiny normalsize large Large LARGE huge"
)

SYMBOLS: Mapping[str, str] = {
    **pairs(_LETTERS),
    **pairs(_CHARACTERS),
    **pairs(_SIGNS),
    **_SPACES,
    **dict.fromkeys(_NOTHING, ""),
}
"""What commands without argument print."""

_GREEK = words(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega"
)
_OPERATORS = """
    varepsilon ε vartheta ϑ varpi ϖ varrho ϱ varsigma ς varphi φ times × cdot · div ÷ pm ± mp ∓ star ⋆ circ ∘ bullet •
    leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ approx ≈ equiv ≡ sim ∼ simeq ≃ cong ≅ propto ∝ ll ≪ gg ≫ lt < gt > subset ⊂
    supset ⊃ subseteq ⊆ supseteq ⊇ in ∈ notin ∉ ni ∋ cup ∪ cap ∩ setminus ∖ emptyset ∅ infty ∞ partial ∂ nabla ∇
    forall ∀ exists ∃ neg ¬ land ∧ lor ∨ wedge ∧ vee ∨ oplus ⊕ otimes ⊗ perp ⊥ parallel ∥ mid ∣ to → rightarrow →
    leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ mapsto ↦ uparrow ↑ downarrow ↓
    longrightarrow ⟶ hookrightarrow ↪ sum ∑ prod ∏ int ∫ oint ∮ surd √ ell ℓ hbar ℏ Re ℜ Im ℑ aleph ℵ prime ′
    dagger † ddagger ‡ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ cdots ⋯ vdots ⋮ angle ∠ triangle △ square □
    models ⊨ imath ı jmath ȷ lbrace { rbrace } Vert ‖ vert | lvert | rvert |
    log log ln ln exp exp sin sin cos cos tan tan min min max max lim lim sup sup inf inf det det dim dim mod mod
"""

MATHEMATICS: Mapping[str, str] = {
    **dict(zip(_GREEK, "αβγδεζηθικλμνξοπρστυφχψω", strict=True)),
    **{name.title(): capital for name, capital in zip(_GREEK, "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", strict=True)},
    **pairs(_OPERATORS),
}
"""Commands of mathematics, which are read outside of `$` too."""

STYLES: Mapping[str, str] = {
    **dict.fromkeys(words("emph textit textsl mkbibemph mkbibitalic"), "i"),
    **dict.fromkeys(words("textbf mkbibbold mathbf boldsymbol"), "b"),
    **dict.fromkeys(words("textsc mkbibacro"), "sc"),
    **dict.fromkeys(words("textsuperscript mkbibsuperscript sp"), "sup"),
    **dict.fromkeys(words("textsubscript mkbibsubscript sb"), "sub"),
}
"""The format of a command's argument."""

DECLARATIONS: Mapping[str, str] = {
    **dict.fromkeys(words("em it itshape sl slshape"), "i"),
    **dict.fromkeys(words("bf bfseries"), "b"),
    **dict.fromkeys(words("sc scshape"), "sc"),
    **dict.fromkeys(words("rm rmfamily sf sffamily tt ttfamily normalfont upshape mdseries"), ""),
}
"""The format of all that follows in the group; empty: none."""

TRANSPARENT = frozenset(
    words(
        "text textrm textsf texttt textnormal textup textmd mbox hbox fbox makebox mathrm mathit mathsf mathtt mathcal "
        "mathbb mathfrak mathnormal mathop mathbin mathrel operatorname underline uline textulf textlf lowercase "
        "ensuremath bibstring textnohyphenation cyr textcyr textgreek textipa selectfont bm overline widehat widetilde"
    )
)
"""Commands that print their argument and add nothing that can be kept."""

DROPPED: Mapping[str, int] = {
    **dict.fromkeys(
        words("noopsort sortnoop SortNoop NoopSort label hspace vspace index phantom vphantom hphantom"), 1
    ),
    **dict.fromkeys(words("color language fontfamily fontencoding selectlanguage begin end"), 1),
    **dict.fromkeys(words("textcolor foreignlanguage foreignquote"), 1),
    "fontsize": 2,
}
"""Commands whose first arguments are not printed, and how many."""

QUOTES = frozenset(words("enquote mkbibquote textquote"))
PROTECTING = frozenset(words("NoCaseChange uppercase MakeUppercase"))
"""Commands whose argument keeps its case."""
