"""A client in another language that has nothing of ours but the compiled contract and the certificates: signs in, lists prices, makes an
alert and watches. Prints what it got as JSON, a line for each call."""
import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

address, certificates, contract, email, password = sys.argv[1:6]


def read(name):
    with open(f"{certificates}/{name}", "rb") as file:
        return file.read()


pool = descriptor_pool.DescriptorPool()
with open(contract, "rb") as file:
    for proto in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
        pool.Add(proto)
factory = message_factory.MessageFactory(pool)
channel = grpc.secure_channel(address, grpc.ssl_channel_credentials(read("ca.crt"), read("cli.key"), read("cli.crt")))


def call(service, method, request, token=None):
    described = pool.FindServiceByName(f"tickerbell.v1.{service}").methods_by_name[method]
    question, answer = (factory.GetPrototype(kind) for kind in (described.input_type, described.output_type))
    make = channel.unary_stream if described.server_streaming else channel.unary_unary
    stub = make(f"/tickerbell.v1.{service}/{method}", question.SerializeToString, answer.FromString)
    metadata = () if token is None else (("authorization", f"Bearer {token}"),)
    got = stub(json_format.ParseDict(request, question()), metadata=metadata, timeout=20)
    if described.server_streaming:
        first = next(iter(got))
        got.cancel()
        got = first
    told = json_format.MessageToDict(got)
    print(json.dumps({"method": method, "answer": told}), flush=True)
    return told


session = call("UserService", "LogIn", {"email": email, "password": password})["session"]
call("QuoteService", "ListQuotes", {})
call("AlertService", "CreateAlert", {"text": "AAPL above 200"}, session["accessToken"])
call("QuoteService", "WatchQuotes", {"symbols": ["AAPL"]})
