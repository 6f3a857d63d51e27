"""A mail server of another make: aiosmtpd with STARTTLS and a log-in, both demanded. Prints its port, then for each mail what Python's own
email package finds in it, as JSON, a line each."""
import asyncio
import email
import email.policy
import json
import ssl
import sys
from html.parser import HTMLParser

from aiosmtpd.smtp import SMTP, AuthResult

certificate, key, user, password = sys.argv[1:5]


def say(**what):
    print(json.dumps(what), flush=True)


class Words(HTMLParser):
    """What a reader sees of a page, or is told in the place of its pictures, and what the page fetches."""

    def __init__(self):
        super().__init__()
        self.shown, self.sources, self.hidden = [], [], 0

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in ("style", "script", "title")
        self.sources += [value for name, value in attributes if name in ("src", "background")]
        self.shown += [value for name, value in attributes if name == "alt"]

    def handle_endtag(self, tag):
        self.hidden -= tag in ("style", "script", "title")

    def handle_data(self, data):
        if not self.hidden:
            self.shown.append(data)


def parts_of(message):
    """Every part that is none of parts, whatever it is nested in."""
    for part in message.walk():
        if part.is_multipart():
            continue
        content = part.get_content()
        found = {"type": part.get_content_type(), "id": part.get("Content-ID"), "defects": [str(one) for one in part.defects]}
        if part.get_content_type() == "text/html":
            words = Words()
            words.feed(content)
            found |= {"text": " ".join(words.shown), "sources": words.sources}
        elif part.get_content_maintype() == "text":
            found["text"] = content
        else:
            found["begin"] = content[:8].hex()
        yield found


def facts_of(raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return {
        "size": len(raw),
        "defects": [str(one) for one in message.defects],
        "headers": [name.lower() for name in message.keys()],
        "subject": message["Subject"],
        "to": [address.addr_spec for address in message["To"].addresses],
        "messageId": message["Message-ID"],
        "date": message["Date"].datetime.isoformat(),
        "kinds": [part.get_content_type() for part in message.walk() if part.is_multipart()],
        "bestText": message.get_body(("plain",)).get_content_type(),
        "bestHtml": message.get_body(("related", "html")).get_content_type(),
        "parts": list(parts_of(message)),
    }


class Receiver:
    async def handle_DATA(self, server, session, envelope):
        cipher = server.transport.get_extra_info("cipher")
        mail = facts_of(envelope.content)
        say(mail={**mail, "from": envelope.mail_from, "recipients": envelope.rcpt_tos, "tls": cipher and cipher[1], "user": session.auth_data})
        return "250 2.0.0 taken"


def authenticate(server, session, envelope, mechanism, given):
    if (given.login.decode(), given.password.decode()) == (user, password):
        return AuthResult(success=True, auth_data=user)
    return AuthResult(success=False, handled=False)


async def serve():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    demands = {"require_starttls": True, "auth_required": True, "tls_context": context, "authenticator": authenticate}
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Receiver(), hostname="receiver.example", **demands), "127.0.0.1", 0
    )
    say(port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(serve())
