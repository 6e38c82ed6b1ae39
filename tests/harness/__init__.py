"""What tests stand on: real browsers, a static server, child processes that are always cleaned up.

    from tests.harness.chromium import launch_chromium
    from tests.harness.firefox import launch_firefox
    from tests.harness.process import running
    from tests.harness.static import module_page, serve

Most tests need no import: tests/conftest.py has fixtures `chromium`, `chromium_jitless`, `firefox`, `firefox_safer`.
"""
