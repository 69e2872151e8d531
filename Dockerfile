# One recipe for every process: docker build --build-arg PROCESS=identity -t portico-identity .
# PROCESS is gateway, identity, policy, documents or notify; `ops` makes the image of the command line and of the
# development mailbox, which no deployment with real people's data needs.
FROM python:3.11-slim AS base

FROM base AS packages
ARG PROCESS
WORKDIR /build
COPY locks/build.lock locks/${PROCESS}.lock ./
# font-roboto is published without a wheel: it is built by the pinned setuptools, which is then taken out again
RUN python -m venv --without-pip /opt/venv \
 && pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes \
      --only-binary :all: -r build.lock \
 && pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes \
      --only-binary :all: --no-binary font-roboto --no-build-isolation -r "${PROCESS}.lock" \
 && pip --python /opt/venv/bin/python uninstall --yes --disable-pip-version-check setuptools

FROM base AS sources
ARG PROCESS
WORKDIR /portico
COPY contracts contracts
COPY kit kit
COPY gateway gateway
COPY services services
COPY ops ops
# the contracts, the kit and the folder of this process; nothing of the others
RUN case "${PROCESS}" in \
      gateway) rm -r services ops ;; \
      ops) rm -r services gateway ;; \
      *) rm -r gateway ops \
         && find services -mindepth 1 -maxdepth 1 -type d ! -name "${PROCESS}" -exec rm -r {} + \
         && test -f "services/${PROCESS}/app.py" ;; \
    esac \
 && python -m compileall -q --invalidation-mode unchecked-hash .

FROM base
ARG PROCESS
LABEL org.opencontainers.image.title="portico-${PROCESS}" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin portico
COPY --from=packages /opt/venv /opt/venv
COPY --from=sources /portico /portico
WORKDIR /portico
# PORTICO_SECRETS_DIR names a folder
# hadolint ignore=DL3064
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/portico \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORTICO_PROCESS=${PROCESS} \
    PORTICO_SECRETS_DIR=/run/secrets \
    PORTICO_ADMIN_LISTEN=0.0.0.0:9090 \
    PORTICO_LISTEN=0.0.0.0:8080
USER 10001:10001
HEALTHCHECK --interval=5s --timeout=4s --start-period=20s --retries=6 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9090/healthz', timeout=3)"]
CMD ["sh", "-c", "exec python -m kit.serve \"$PORTICO_PROCESS\""]
