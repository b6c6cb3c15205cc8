# JupyterLab with the course; the README shows the one-line override that serves the page.
FROM python:3.11-slim

# Name PyTorch's CPU index here to save 2.6 GB: --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cpu
ARG TORCH_INDEX=""
WORKDIR /course

# Dependencies before source: editing a lesson does not install PyTorch again.
COPY pyproject.toml requirements.txt README.md LICENSE ./
RUN mkdir finrisk && touch finrisk/__init__.py \
    && pip install --no-cache-dir -c requirements.txt ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} -e .

RUN useradd --create-home --uid 1000 learner && chown -R learner /course
COPY --chown=learner . .
USER 1000

EXPOSE 8888 8000
# default_url: the address that is printed opens the first lesson
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--port=8888", "--no-browser", "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb"]
