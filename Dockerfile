# One image for every process: `docker run tickerbell:VERSION server`. Built by `make image`; it runs as uid 10001, needs nothing
# of the root file system to be writable, keeps what must survive in /data and finds its certificates in /certs.

# What buf makes of the contract. Everything else that is needed for that stays behind.
FROM node:24-slim AS contract
WORKDIR /tickerbell
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY buf.yaml buf.gen.yaml ./
COPY proto proto
COPY third_party third_party
RUN node_modules/.bin/buf generate && node_modules/.bin/buf build --as-file-descriptor-set -o proto/gen/image.binpb

# The libraries that run. The optional ones are a Node for machines that have none; this image has its own.
FROM node:24-slim AS libraries
WORKDIR /tickerbell
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional

FROM node:24-slim
LABEL org.opencontainers.image.title="tickerbell" \
      org.opencontainers.image.description="Watches stock prices and e-mails you once when an alert fires." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0"
# HOME: what somebody who types `bell` in a container logs in as is forgotten with the container.
ENV NODE_ENV=production HOME=/tmp BELL_DATA_DIR=/data BELL_CERTS_DIR=/certs
RUN groupadd --gid 10001 tickerbell \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin tickerbell \
 && install --directory --owner=10001 --group=10001 --mode=0700 /data \
 && install --directory --mode=0755 /certs \
 && ln -s /tickerbell/bell /usr/local/bin/bell
WORKDIR /tickerbell
COPY --from=libraries /tickerbell/node_modules node_modules
COPY package.json LICENSE bell ./
COPY domain domain
COPY runtime runtime
COPY proto proto
COPY --from=contract /tickerbell/proto/gen proto/gen
COPY client client
COPY server server
COPY notifier notifier
COPY simulator simulator
COPY cli cli
COPY scripts/find-node scripts/find-node
COPY scripts/certs scripts/certs
COPY deploy/container deploy/container
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --retries=3 --start-period=30s --start-interval=1s CMD ["deploy/container/check-health"]
ENTRYPOINT ["./bell"]
CMD ["--help"]
