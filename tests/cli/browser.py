# SPDX-License-Identifier: Apache-2.0
"""Chromium without a window, by the DevTools protocol over a pipe: what a page asks for and complains about."""
import base64
import json
import os
import select
import subprocess
import time


class Browser:
    def __init__(self, profile):
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        words = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                 "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                 "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"]
        self._process = subprocess.Popen(["bash", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "-", *words],
                                         pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self._buffer, self._number, self.events = b"", 0, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Network", "Log", "Runtime", "Page"):
            self.page(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._out)
        os.close(self._in)
        self._process.terminate()
        self._process.wait()

    def _message(self, until):
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0, until - time.monotonic()))
            assert ready, "the browser does not answer"
            read = os.read(self._in, 1 << 16)
            assert read, "the browser has ended"
            self._buffer += read
        text, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, session=None, **parameters):
        self._number += 1
        words = {"id": self._number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        os.write(self._out, json.dumps(words).encode() + b"\0")
        until = time.monotonic() + 120
        while (message := self._message(until)).get("id") != self._number:
            self.events.append(message)
        assert "error" not in message, message
        return message["result"]

    def page(self, method, **parameters):
        return self.call(method, self._session, **parameters)

    def load(self, url, width, dark=False):
        """URLs that the page asked for and what it complained about."""
        self.page("Emulation.setDeviceMetricsOverride", width=width, height=1000, deviceScaleFactor=1, mobile=False)
        self.page("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.events.clear()
        self.page("Page.navigate", url=url)
        until = time.monotonic() + 120
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(self._message(until))
        self.page("Runtime.evaluate", expression="new Promise(done => setTimeout(done, 300))", awaitPromise=True)
        told = [(e["method"], e["params"]) for e in self.events if e.get("sessionId") == self._session]
        requests = [p["request"]["url"] for method, p in told if method == "Network.requestWillBeSent"]
        complaints = [p for method, p in told if method in ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")]
        return requests, complaints

    def evaluate(self, expression):
        return self.page("Runtime.evaluate", expression=expression, returnByValue=True)["result"]["value"]

    def screenshot(self):
        """The whole page as PNG."""
        return base64.b64decode(self.page("Page.captureScreenshot", captureBeyondViewport=True)["data"])
