# SPDX-License-Identifier: Apache-2.0


def pytest_addoption(parser):
    parser.addoption("--page", action="append", help="only this page of docs/how-to (by name, without .md)")
    parser.addoption("--keep", help="folder that holds the changed copy of the tree, for another run")
