# SPDX-License-Identifier: Apache-2.0
"""Sphinx's settings for the site, which site.py stages and builds."""
project = "vtoll"
html_title = "vtoll"
author = "The vtoll developers"
root_doc = "README"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_doctrees", "_extra"]
myst_heading_anchors = 4
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_extra_path = ["_extra"]
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False
highlight_language = "none"
pygments_style = "sphinx"
pygments_dark_style = "native"
# Words behind a language name (docs/how-to/README.md) and assembler dialects are not Pygments' business.
suppress_warnings = ["misc.highlighting_failure", "myst.header"]
