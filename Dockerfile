# reid-assets with its UI. Build: docker build -t reid-assets .
# With CUDA: docker build --build-arg TORCH=cuda -t reid-assets:cuda .
# docs/install.md tells how it is used; compose.yaml starts it.
ARG PYTHON=3.12

FROM python:${PYTHON}-slim-bookworm AS wheel
WORKDIR /source
COPY pyproject.toml setup.py LICENSE README.md .env ./
COPY configs configs
COPY reid_assets reid_assets
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:${PYTHON}-slim-bookworm
# cpu: the small build of PyTorch. cuda: the one on PyPI, gigabytes large.
ARG TORCH=cpu
# The owner of what is written; compose.yaml makes it the owner of the mounted folders.
ARG UID=1000
ARG GID=1000
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# What OpenCV needs. Debian keeps one version of each in a release: there is none to name.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/*
COPY constraints.txt /tmp/constraints.txt
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels \
    if [ "$TORCH" = cpu ]; then index=(--index-url https://download.pytorch.org/whl/cpu); else index=(); fi \
    && pip install --no-cache-dir "${index[@]}" --constraint /tmp/constraints.txt torch torchvision \
    && pip install --no-cache-dir --constraint /tmp/constraints.txt /wheels/*.whl \
    && groupadd --gid "$GID" reid \
    && useradd --uid "$UID" --gid reid --create-home reid \
    && install --directory --owner reid --group reid --mode 0700 /project /project/outputs /home/reid/.cache
# By number: an orchestrator can see that it is not root.
USER ${UID}:${GID}
# The project folder: its configs/cv and outputs/cv are mounted.
WORKDIR /project
EXPOSE 3000
VOLUME ["/home/reid/.cache"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "-m", "reid_assets.guard.health", "http://127.0.0.1:3000/server_info"]
ENTRYPOINT ["reid-assets"]
CMD ["ui", "--host", "0.0.0.0", "--port", "3000", "--password-file", "/run/secrets/ui_password"]
