//! Text inside HTML and SVG.

/// With the characters replaced that mean something there.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
