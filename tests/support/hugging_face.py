"""Hugging Face, played by a server of the test's own for a process that knows nothing of it.

The process gets a proxy by its environment, as behind a company's firewall. The proxy leads every host to this server,
which shows a certificate that the process is told to trust.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOSTS = ("huggingface.co", "router.huggingface.co")


@dataclass(frozen=True)
class Received:
    """A request as it came: host, path with query, and what it says in Authorization, None if nothing."""

    host: str
    path: str
    authorization: str | None


@dataclass
class HuggingFace:
    """The server: `variables` are the environment of a process that calls it; `requests` what it was asked."""

    variables: Mapping[str, str]
    requests: list[Received] = field(default_factory=list)

    def taken(self) -> list[Received]:
        """The requests since this was last asked."""
        taken, self.requests = self.requests, []
        return taken


@asynccontextmanager
async def hugging_face(folder: Path, answer: Callable[[Received], Any | web.Response]) -> AsyncIterator[HuggingFace]:
    """Serve `answer`, a response or any JSON, for every request to Hugging Face; `folder` takes the certificate."""
    trusted = _certificate(folder)
    here = HuggingFace({})

    async def handle(request: web.Request) -> web.Response:
        received = Received(request.host, request.path_qs, request.headers.get("Authorization"))
        here.requests.append(received)
        answered = answer(received)
        return answered if isinstance(answered, web.Response) else web.json_response(answered)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=_speaking_tls(trusted)).start()
    proxy = await asyncio.start_server(_tunnel_to(runner.addresses[0][1]), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
    here.variables = {"HTTPS_PROXY": url, "SSL_CERT_FILE": str(trusted), "HF_HUB_OFFLINE": ""}
    try:
        yield here
    finally:
        proxy.close()
        await runner.cleanup()


def _tunnel_to(port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]:
    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        assert asked.startswith(b"CONNECT ") and b"Authorization" not in asked
        there, to = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_copied(reader, to), _copied(there, writer))

    return tunnel


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


def _speaking_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    return context


def _certificate(folder: Path) -> Path:
    """A file with a new certificate for Hugging Face's hosts, signed by itself, beside a file with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOSTS[0])])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(map(x509.DNSName, HOSTS)), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "hub.key").write_bytes(private)
    (folder / "hub.pem").write_bytes(certificate.public_bytes(encoding))
    return folder / "hub.pem"
