"""What browsers are told that they may do with our pages. Part of the settings."""

import csp.constants

# What browsers are told of plain http to this host, and with `subdomains` to those beneath it.
HSTS_VALUES = {
    "off": "",
    "host": "max-age=31536000",
    "subdomains": "max-age=31536000; includeSubDomains",
    "preload": "max-age=31536000; includeSubDomains; preload",
}
# What every answer tells browsers, whatever it is and whoever gave it.
BROWSER_HEADERS = {
    # No other site keeps a hold on our windows, or shows what is ours within its own pages.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # None of it is asked for anywhere, so nothing that got into a page may ask.
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(),"
        " payment=(), serial=(), usb=()"
    ),
}
# What programs read is no page: where a browser opens it, it loads, sends and runs nothing.
PROGRAMS_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
)
# Static files are for our own pages: no other site's scripts read them.
WHITENOISE_ALLOW_ALL_ORIGINS = False
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.constants.NONE],
        "object-src": [csp.constants.NONE],
        "script-src": [csp.constants.SELF],
        "style-src": [csp.constants.SELF],
        "img-src": [csp.constants.SELF, "data:"],
        "font-src": [csp.constants.SELF],
        "connect-src": [csp.constants.SELF],
        "form-action": [csp.constants.SELF],
        "base-uri": [csp.constants.NONE],
        "frame-ancestors": [csp.constants.NONE],
        # console/serving/policy_reports.py
        "report-uri": ["/policy-reports"],
    }
}
