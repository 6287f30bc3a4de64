# SPDX-License-Identifier: Apache-2.0
"""Each picture of a page by itself: as SVG, as PNG, and as the numbers it shows."""
from __future__ import annotations

import csv
import html
import io
import pathlib
from collections.abc import Sequence

from vtoll import files, pictures, rendering
from vtoll.errors import InvalidInput

SCALE = 2  #: pixels of a PNG for one of the picture


def to_svg(picture: pictures.Picture) -> str:
    """An SVG document in the page's light colours, on white."""
    style = rendering.environment().get_template("alone.css").render(hues=pictures.HUES, hue_of=pictures.HUE_OF)
    ground = f'<path d="M0 0H{pictures.WIDTH}V{picture.height:.0f}H0Z" fill="#fff"/><title>{html.escape(picture.title)}</title>'
    attributes = (' xmlns="http://www.w3.org/2000/svg" font-family="Helvetica Neue,Arial,Liberation Sans,sans-serif" font-size="12" '
                  'fill="#1b1b1b"')
    return picture.svg(attributes, f"<style>{style}</style>{ground}") + "\n"


def to_png(picture: pictures.Picture) -> bytes:
    """The same as pixels."""
    try:
        import cairosvg
    except ImportError as error:
        raise InvalidInput(f"PNG: {error}; expected Debian's package python3-cairosvg") from error
    return cairosvg.svg2png(to_svg(picture).encode(), scale=SCALE)


def to_csv(picture: pictures.Picture) -> str:
    """What the picture shows, a row each."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(picture.heads)
    writer.writerows(picture.data)
    return text.getvalue()


#: by the ending of a file's name: how it is made, and what it is
FORMS = {"svg": (to_svg, files.PICTURE), "png": (to_png, files.PNG), "csv": (to_csv, files.CSV)}


def write(found: Sequence[pictures.Picture], folder: pathlib.Path, forms: Sequence[str] = tuple(FORMS)) -> list[pathlib.Path]:
    """NAME.FORM for each picture and form in `folder`, which is made when it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{folder}: can't be made: {error.strerror}; expected a place for a folder") from error
    places = [(folder / f"{picture.name}.{form}", picture, *FORMS[form]) for picture in found for form in forms]
    for path, _, _, kind in places:
        files.expect(path, kind)
    for path, picture, made, kind in places:
        files.put(made(picture), path, kind)
    return [path for path, *_ in places]
