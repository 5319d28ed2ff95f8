//! A report for a terminal as a page: one file, no script, nothing from
//! elsewhere.

use anstyle::{Color, RgbColor};
use anstyle_svg::{Palette, Term};

use crate::markup::escaped;

/// As dark as terminals are, because the colours of the text are a terminal's.
const STYLE: &str = "\
body{margin:0;padding:1.5rem;background:#16191d}\
.dimmed{opacity:.7}figure{margin:1.5rem 0 0}figure svg{max-width:80rem;border-radius:4px}";

/// What is neither coloured nor dim.
const INK: Color = Color::Rgb(RgbColor(0xd8, 0xdd, 0xe3));

/// Lighter than the usual ones, to be read on a dark ground: black to white, then
/// the same once more as bright colours.
const COLORS: Palette = Palette([
    RgbColor(0x16, 0x19, 0x1d),
    RgbColor(0xf4, 0x6d, 0x62),
    RgbColor(0x6c, 0xc6, 0x75),
    RgbColor(0xe0, 0xb0, 0x4c),
    RgbColor(0x74, 0xa9, 0xf5),
    RgbColor(0xc7, 0x92, 0xea),
    RgbColor(0x5c, 0xc8, 0xd0),
    RgbColor(0xd8, 0xdd, 0xe3),
    RgbColor(0x80, 0x88, 0x92),
    RgbColor(0xff, 0x8f, 0x85),
    RgbColor(0x8f, 0xe3, 0x97),
    RgbColor(0xf5, 0xcd, 0x79),
    RgbColor(0x9c, 0xc4, 0xff),
    RgbColor(0xde, 0xb4, 0xf7),
    RgbColor(0x86, 0xe3, 0xea),
    RgbColor(0xff, 0xff, 0xff),
]);

/// A page with a report, which may be coloured, and the picture of its threads
/// below, as [`crate::svg`] draws it; without one if it is empty.
pub fn page(title: &str, report: &str, picture: &str) -> String {
    let title = escaped(title);
    let report = Term::new()
        .palette(COLORS)
        .fg_color(INK)
        .background(false)
        .render_html_fragments(report);
    let figure = match picture {
        "" => String::new(),
        svg => format!("<figure>{svg}</figure>\n"),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title><style>{}{STYLE}</style></head>\n<body>\n{}{figure}</body></html>\n",
        report.style(),
        report.body(),
    )
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn text_is_text_and_colours_are_classes() {
        let page = page("a<b", "x < y \u{1b}[31mred\u{1b}[0m & done\n", "<svg/>");
        assert!(page.contains("<title>a&lt;b</title>"), "{page}");
        assert!(page.contains("x &lt; y "), "{page}");
        assert!(
            page.contains(r#"<span class="fg-red">red</span>"#),
            "{page}"
        );
        assert!(page.contains("&amp; done"), "{page}");
        assert!(!page.contains('\u{1b}') && page.contains("<figure><svg/></figure>"));
    }
}
