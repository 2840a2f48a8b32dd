"""Fetching meets real servers on real lines; only the name service is the test's own."""

from __future__ import annotations

import gzip
import hashlib
import io
import socket
import threading
import time
import zlib

import pytest
import trustme

from content_map.domain.web_addresses import is_public
from content_map.outbound.fetching import Fetched, FetchLimits, Known, Unfetched, fetch
from content_map.outbound.network import INTERNET, Network
from tests.support.web_sites import PUBLIC, Internet, always, by_target, certified, led_to, page, site

pytestmark = pytest.mark.once

HELLO = b"<h1>Late deliveries</h1>"
BRISK = FetchLimits(total_seconds=0.6, silence_seconds=0.3, body_bytes=100_000, redirects=3)


def _refused(address: str, internet: Internet, **given: object) -> Unfetched:
    with pytest.raises(Unfetched) as refused:
        fetch(address, io.BytesIO(), limits=BRISK, network=internet.network(), **given)  # type: ignore[arg-type]
    return refused.value


def test_page_is_taken_from_the_very_address_that_was_judged() -> None:
    body = io.BytesIO()
    with site(always(page(HELLO, 'ETag: "a"', "Last-Modified: Sat, 21 Nov 2026 09:00:00 GMT"))) as served:
        internet = Internet(served.port)

        fetched = fetch("http://example.com/a?b=c#d", body, network=internet.network())

    assert body.getvalue() == HELLO
    assert fetched == Fetched(
        200,
        "http://example.com/a?b=c#d",
        '"a"',
        "Sat, 21 Nov 2026 09:00:00 GMT",
        len(HELLO),
        hashlib.sha256(HELLO).hexdigest(),
    )
    assert internet.lines == [(PUBLIC, 80)]
    assert internet.lookups == ["example.com"]
    assert served.asked[0].startswith("GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nUser-Agent: Content Map")
    assert "ookie" not in served.asked[0]
    assert "uthorization" not in served.asked[0]


def test_safe_page_shows_a_certificate_of_its_own_name() -> None:
    authority = trustme.CA()
    with site(always(page(HELLO)), certified(authority, "example.com")) as served:
        internet = Internet(served.port, authority=authority)

        fetched = fetch("https://example.com/", io.BytesIO(), network=internet.network())
        other = _refused("https://example.org/", internet)

    assert fetched.status == 200
    assert internet.lines == [(PUBLIC, 443)] * 2
    assert other.sentence.startswith("Its certificate cannot be trusted")


def test_certificate_that_nobody_vouches_for_is_refused() -> None:
    with site(always(page(HELLO)), certified(trustme.CA(), "example.com")) as served:
        refused = _refused("https://example.com/", Internet(served.port))

    assert refused.sentence.startswith("Its certificate cannot be trusted")
    assert not refused.may_pass


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        [PUBLIC, "10.0.0.8"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["::1"],
        ["fd00:ec2::254"],
        ["fe80::1"],
        ["::ffff:192.168.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["0.0.0.0"],  # noqa: S104 - never bound, only looked up
        [],
    ],
    ids=str,
)
def test_name_that_leads_to_any_private_machine_is_refused_before_a_line_is_opened(
    addresses: list[str],
) -> None:
    internet = Internet(0, {"example.com": [addresses]})

    refused = _refused("http://example.com/", internet)

    assert "private network" in refused.sentence
    assert not refused.may_pass
    assert internet.lines == []


def test_name_that_turns_private_between_two_steps_is_refused() -> None:
    """A name server may answer otherwise a second time: each line goes to what was judged for it."""
    with site(by_target({"/": led_to("/next")})) as served:
        internet = Internet(served.port, {"example.com": [[PUBLIC], ["127.0.0.1"]]})

        refused = _refused("http://example.com/", internet)

    assert "private network" in refused.sentence
    assert internet.lines == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://localhost./",
        "http://metadata.internal/",
        "https://name:secret@example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "http://example.com:22/",
        "http://[",
    ],
)
def test_page_that_leads_to_what_nobody_may_link_is_not_followed(location: str) -> None:
    with site(always(led_to(location))) as served:
        internet = Internet(served.port)

        refused = _refused("http://example.com/", internet)

    assert refused.sentence.startswith("It leads on to an address that cannot be followed.")
    assert internet.lookups == ["example.com"]


def test_pages_that_lead_on_are_followed_a_few_times_and_no_further() -> None:
    ways = {"/": led_to("http://other.example.com/1"), "/1": led_to("2", "308 Permanent Redirect")}
    with site(by_target({**ways, "/2": page(HELLO), "/circle": led_to("/circle")})) as served:
        internet = Internet(served.port)

        fetched = fetch("http://example.com/", io.BytesIO(), limits=BRISK, network=internet.network())
        refused = _refused("http://example.com/circle", internet)

    assert fetched.address == "http://other.example.com/2"
    assert refused.sentence == "It leads on more than 3 times, perhaps in a circle."
    assert served.targets() == ["/", "/1", "/2", *["/circle"] * 4]


def test_unchanged_page_is_known_by_its_marks() -> None:
    def say(head: bytes, line: socket.socket) -> None:
        known = b'If-None-Match: "a"\r\n' in head
        line.sendall(b"HTTP/1.1 304 Not Modified\r\n\r\n" if known else page(HELLO, 'ETag: "b"'))

    with site(say) as served:
        network = Internet(served.port).network()
        known = Known("http://example.com/", '"a"', None)

        same = fetch("http://example.com/", io.BytesIO(), known=known, network=network)
        elsewhere = fetch("http://example.com/moved", io.BytesIO(), known=known, network=network)

    assert (same.status, same.sha256) == (304, None)
    assert (elsewhere.status, elsewhere.etag) == (200, '"b"')


@pytest.mark.parametrize(
    ("status", "sentence", "may_pass"),
    [
        ("404 Not Found", "The address answered 404 (Not Found).", False),
        (
            "403 Forbidden",
            "The address answered 403 (Forbidden): it asks for a sign-in, or lets no program in.",
            False,
        ),
        ("503 Service Unavailable", "The address answered 503 (Service Unavailable).", True),
        ("299 Odd", "The address answered 299.", False),
        ("304 Not Modified", "The address answered 304 (Not Modified).", False),
    ],
)
def test_answer_without_a_page_is_said_in_a_sentence(status: str, sentence: str, may_pass: bool) -> None:
    with site(always(page(b"", status=status))) as served:
        refused = _refused("http://example.com/", Internet(served.port))

    assert (refused.sentence, refused.may_pass) == (sentence, may_pass)
    assert refused.status == int(status[:3])


@pytest.mark.parametrize("announced", [True, False])
def test_huge_body_is_not_taken(announced: bool) -> None:
    head = f"HTTP/1.1 200 OK\r\n{'Content-Length: 5000000' if announced else 'X: y'}\r\n\r\n"
    body = io.BytesIO()
    with site(always(head.encode() + b"a" * 5_000_000)) as served, pytest.raises(Unfetched) as refused:
        fetch("http://example.com/", body, limits=BRISK, network=Internet(served.port).network())

    assert refused.value.sentence.startswith("What stands there is larger than 0 MB.")
    assert body.tell() <= BRISK.body_bytes


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_packed_body_is_unpacked_and_a_bomb_is_not(coding: str) -> None:
    pack = gzip.compress if coding == "gzip" else zlib.compress
    answers = {
        "/good": page(pack(HELLO), f"Content-Encoding: {coding}"),
        "/bomb": page(pack(bytes(50_000_000)), f"Content-Encoding: {coding}"),
        "/cut": page(pack(HELLO)[:-3], f"Content-Encoding: {coding}"),
        "/odd": page(HELLO, "Content-Encoding: br"),
    }
    good, bomb = io.BytesIO(), io.BytesIO()
    with site(by_target(answers)) as served:
        network = Internet(served.port).network()

        fetch("http://example.com/good", good, limits=BRISK, network=network)
        with pytest.raises(Unfetched, match="larger than"):
            fetch("http://example.com/bomb", bomb, network=network, limits=BRISK)
        cut = _refused("http://example.com/cut", Internet(served.port))
        odd = _refused("http://example.com/odd", Internet(served.port))

    assert good.getvalue() == HELLO
    assert bomb.tell() <= BRISK.body_bytes
    assert cut.sentence == odd.sentence == "It sent something damaged, or packed in a way we cannot open."


def test_body_that_breaks_off_is_no_page() -> None:
    with site(always(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")) as served:
        refused = _refused("http://example.com/", Internet(served.port))

    assert refused.may_pass


@pytest.mark.parametrize("where", ["status", "headers", "body", "chunks"])
def test_server_that_drips_is_cut_off_in_time(where: str) -> None:
    beginning = {
        "status": b"",
        "headers": b"HTTP/1.1 200 OK\r\n",
        "body": b"HTTP/1.1 200 OK\r\n\r\n",
        "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    }[where]

    def drip(_head: bytes, line: socket.socket) -> None:
        line.sendall(beginning)
        while True:
            line.sendall(b"1\r\na\r\n" if where == "chunks" else b"a")
            time.sleep(0.05)

    started = time.monotonic()
    with site(drip) as served:
        refused = _refused("http://example.com/", Internet(served.port))

    assert refused.sentence == "It did not answer in full within 0.6 seconds."
    assert refused.may_pass
    assert time.monotonic() - started < 3


def test_silent_server_and_silent_name_service_are_given_up() -> None:
    done = threading.Event()
    never = Network(lambda _host, _port: [str(done.wait(5))], INTERNET.connect, INTERNET.tls)
    with site(lambda _head, _line: time.sleep(1)) as served:
        silent = _refused("http://example.com/", Internet(served.port))
    with pytest.raises(Unfetched, match="did not answer in full"):
        fetch("http://example.com/", io.BytesIO(), limits=BRISK, network=never)
    done.set()

    assert silent.sentence.startswith("It did not answer in full")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % number for number in range(200)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"a" * 9_000 + b"\r\n") * 10 + b"\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"",
    ],
    ids=["many", "long", "heavy", "ssh", "chunks", "nothing"],
)
def test_answer_that_no_web_site_gives_is_refused(answer: bytes) -> None:
    with site(always(answer)) as served:
        refused = _refused("http://example.com/", Internet(served.port))

    assert refused.status is None


def test_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with site(always(page(HELLO))) as served:
        fetched = fetch("http://example.com/", io.BytesIO(), network=Internet(served.port).network())

    assert fetched.status == 200


def test_next_address_of_a_name_is_tried_when_one_is_dead() -> None:
    with site(always(page(HELLO))) as served:
        internet = Internet(served.port)
        network = internet.network()

        def half_dead(address: tuple[str, int], timeout: float) -> socket.socket:
            if ":" in address[0]:
                raise ConnectionRefusedError
            return network.connect(address, timeout)

        both = Network(lambda _host, _port: ["2606:4700::1111", PUBLIC], half_dead, network.tls)
        fetched = fetch("http://example.com/", io.BytesIO(), network=both)

    assert fetched.status == 200
    assert internet.lines == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::808:808"],
)
def test_machine_of_the_public_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("0.1.2.3", "10.255.0.1", "100.64.0.1", "127.8.8.8", "169.254.169.254", "172.31.0.1", "192.0.0.192"),
        *("192.168.1.1", "198.19.0.1", "203.0.113.9", "224.0.0.1", "255.255.255.255", "168.63.129.16"),
        *(
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fe80::1%eth0",
        ),
        *("fec0::1", "ff02::1", "64:ff9b::a00:1", "64:ff9b:1::808:808", "2001:0:4136:e378::", "2001:db8::1"),
        *("2002:808:808::1", "example.com", "0x7f.1", "127.1", ""),
    ],
)
def test_every_other_machine_is_not(address: str) -> None:
    assert not is_public(address)
