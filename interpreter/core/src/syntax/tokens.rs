//! The kinds of tokens our scanner makes, and their translation for the parser.

use rustpython_parser::Tok;

macro_rules! kinds {
    (plain { $($plain:ident $tok:ident $text:literal,)* } keywords { $($kw:ident $kwtok:ident $kwtext:literal,)* }) => {
        /// What a token is. Its text is the source between its offsets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Kind {
            Name,
            Int,
            Float,
            Imaginary,
            /// One or more adjacent string literals, all str or all bytes, none formatted.
            Str,
            /// Literal text of a formatted string, escapes to be decoded.
            FText,
            /// The same of a raw formatted string.
            FTextRaw,
            /// Source text kept as it is (`{x = }`).
            FVerbatim,
            /// The marker functions that carry formatted strings through the grammar.
            FString,
            FValue,
            /// A conversion: 0 none, 1 str, 2 repr, 3 ascii.
            FConv0,
            FConv1,
            FConv2,
            FConv3,
            Newline,
            Indent,
            Dedent,
            EndMarker,
            $($plain,)*
            $($kw,)*
        }

        /// The keyword a word is, if it is one.
        pub fn keyword(word: &[u8]) -> Option<Kind> {
            if word.len() < 2 || word.len() > 8 { return None; }
            $( if word == $kwtext.as_bytes() { return Some(Kind::$kw); } )*
            None
        }

        impl Kind {
            /// The parser's token, for kinds that carry no value.
            pub fn fixed(self) -> Option<Tok> {
                Some(match self {
                    $(Kind::$plain => Tok::$tok,)*
                    $(Kind::$kw => Tok::$kwtok,)*
                    Kind::Newline => Tok::Newline,
                    Kind::Indent => Tok::Indent,
                    Kind::Dedent => Tok::Dedent,
                    _ => return None,
                })
            }

        }
    };
}

kinds! {
    plain {
        LParen Lpar "(", RParen Rpar ")", LSquare Lsqb "[", RSquare Rsqb "]", LBrace Lbrace "{", RBrace Rbrace "}",
        Colon Colon ":", Comma Comma ",", Semi Semi ";", Plus Plus "+", Minus Minus "-", Star Star "*",
        Slash Slash "/", VBar Vbar "|", Amper Amper "&", Less Less "<", Greater Greater ">", Equal Equal "=",
        Dot Dot ".", Percent Percent "%", EqEqual EqEqual "==", NotEqual NotEqual "!=", LessEqual LessEqual "<=",
        GreaterEqual GreaterEqual ">=", Tilde Tilde "~", Caret CircumFlex "^", LeftShift LeftShift "<<",
        RightShift RightShift ">>", DoubleStar DoubleStar "**", DoubleStarEqual DoubleStarEqual "**=",
        PlusEqual PlusEqual "+=", MinusEqual MinusEqual "-=", StarEqual StarEqual "*=", SlashEqual SlashEqual "/=",
        PercentEqual PercentEqual "%=", AmperEqual AmperEqual "&=", VBarEqual VbarEqual "|=",
        CaretEqual CircumflexEqual "^=", LeftShiftEqual LeftShiftEqual "<<=", RightShiftEqual RightShiftEqual ">>=",
        DoubleSlash DoubleSlash "//", DoubleSlashEqual DoubleSlashEqual "//=", ColonEqual ColonEqual ":=",
        At At "@", AtEqual AtEqual "@=", Arrow Rarrow "->", Ellipsis Ellipsis "...",
        Match Match "match", Case Case "case",
    }
    keywords {
        False False "False", None None "None", True True "True", And And "and", As As "as", Assert Assert "assert",
        Async Async "async", Await Await "await", Break Break "break", Class Class "class",
        Continue Continue "continue", Def Def "def", Del Del "del", Elif Elif "elif", Else Else "else",
        Except Except "except", Finally Finally "finally", For For "for", From From "from", Global Global "global",
        If If "if", Import Import "import", In In "in", Is Is "is", Lambda Lambda "lambda",
        Nonlocal Nonlocal "nonlocal", Not Not "not", Or Or "or", Pass Pass "pass", Raise Raise "raise",
        Return Return "return", Try Try "try", While While "while", With With "with", Yield Yield "yield",
    }
}

/// A token: its kind and where it stands, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub kind: Kind,
    pub start: u32,
    pub end: u32,
}
