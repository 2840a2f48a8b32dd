"""A web page or an HTML e-mail: one file, no script, nothing loaded from elsewhere."""

from __future__ import annotations

from html import escape

from content_map.sample.makers.pieces import (
    ACCENT,
    INK,
    LINE,
    PALE,
    QUIET,
    SAND,
    TAGLINE,
    TEXT,
    VENDOR,
    Piece,
)
from content_map.sample.manuscripts import (
    Bars,
    Block,
    Bullets,
    Figures,
    Paragraph,
    Quote,
    Section,
    Steps,
    Subheading,
    Table,
    Text,
)

_STYLE = f"""
body{{margin:0;background:#{SAND};color:#{TEXT};font:17px/1.6 Georgia,'Times New Roman',serif}}
header{{background:#{INK};color:#fff;padding:3rem 1.5rem 2.5rem;border-bottom:6px solid #{ACCENT}}}
header>*,main,footer{{max-width:44rem;margin-inline:auto}}
.brand{{font:600 .8rem/1 Arial,sans-serif;letter-spacing:.28em;text-transform:uppercase;margin:0 auto 1.6rem}}
h1,h2,h3,th,.figures,.steps,figcaption{{font-family:Arial,sans-serif}}
h1{{font-size:2.1rem;line-height:1.2;margin-block:0 .8rem}}
header p.lead{{color:#d5e0e0;margin-block:0}}
main{{background:#fff;padding:1rem 2.2rem 2.4rem}}
h2{{color:#{INK};font-size:1.35rem;margin:2.2rem 0 .6rem}}
h3{{color:#{ACCENT};font-size:1rem;margin:1.4rem 0 .3rem}}
table{{border-collapse:collapse;width:100%;font-size:.92rem;margin:1rem 0}}
th{{background:#{INK};color:#fff;text-align:left;font-size:.82rem}}
th,td{{padding:.5rem .7rem;border-bottom:1px solid #{LINE};vertical-align:top}}
blockquote{{margin:1.4rem 0;padding:.2rem 0 .2rem 1.2rem;border-left:4px solid #{ACCENT};font-style:italic}}
blockquote footer{{font-style:normal;color:#{QUIET};font-size:.9rem}}
.figures,.steps{{display:flex;flex-wrap:wrap;gap:1rem;padding:0;list-style:none}}
.figures li,.steps li{{flex:1 1 9rem;background:#{PALE};padding:1rem;border-radius:6px;font-size:.9rem}}
.figures strong{{display:block;font-size:1.7rem;line-height:1.2;color:#{ACCENT}}}
.steps strong{{display:block;color:#{INK}}}
figure{{margin:1.4rem 0}}figcaption{{font-weight:600;margin-bottom:.4rem}}
main+footer{{color:#{QUIET};font-size:.85rem;padding:1.2rem 0 2rem;text-align:center}}
"""


def make(piece: Piece) -> bytes:
    """Make the page."""
    sections = "\n".join(_section(section) for section in piece.sections)
    mark = f" · {escape(piece.mark)}" if piece.mark else ""
    page = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="author" content="{escape(piece.author)}">
<title>{escape(piece.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<p class="brand">{VENDOR}</p>
<h1>{escape(piece.title)}</h1>
<p class="lead">{escape(piece.summary)}</p>
</header>
<main>
{sections}
</main>
<footer>{VENDOR} · {TAGLINE}{mark}</footer>
</body>
</html>
"""
    return page.encode()


def _section(section: Section) -> str:
    blocks = "\n".join(_block(block) for block in section.blocks)
    return f"<section>\n<h2>{escape(section.title)}</h2>\n{blocks}\n</section>"


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{_inline(text)}</p>"
        case Subheading(text):
            return f"<h3>{escape(text)}</h3>"
        case Bullets(items, numbered):
            tag = "ol" if numbered else "ul"
            return f"<{tag}>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + f"</{tag}>"
        case Table(header, rows):
            head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
            body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
            return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        case Quote(text, source):
            return f"<blockquote><p>{escape(text)}</p><footer>{escape(source)}</footer></blockquote>"
        case Figures(items):
            return _cards("figures", items)
        case Steps(items):
            return _cards("steps", items)
        case Bars(title, rows):
            return _bars(title, rows)


def _inline(text: Text) -> str:
    return "".join(
        f"<strong>{escape(span.text)}</strong>" if span.bold else escape(span.text) for span in text
    )


def _cards(name: str, items: tuple[tuple[str, str], ...]) -> str:
    cards = "".join(f"<li><strong>{escape(large)}</strong> {escape(small)}</li>" for large, small in items)
    return f'<ul class="{name}">{cards}</ul>'


def _bars(title: str, rows: tuple[tuple[str, str], ...]) -> str:
    longest = max(float(value) for _, value in rows)
    bars = "".join(
        f'<text x="0" y="{index * 30 + 17}">{escape(label)}</text>'
        f'<rect x="230" y="{index * 30 + 3}" width="{300 * float(value) / longest:.0f}" height="20" fill="#{ACCENT}"/>'
        f'<text x="{236 + 300 * float(value) / longest:.0f}" y="{index * 30 + 17}">{escape(value)}</text>'
        for index, (label, value) in enumerate(rows)
    )
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg role="img" viewBox="0 0 600 {len(rows) * 30}" font-family="Arial" font-size="13" fill="#{TEXT}">'
        f"<title>{escape(title)}</title>{bars}</svg></figure>"
    )
