# JupyterLab with the course; README.md shows the line that serves the page instead.
FROM python:3.13-slim

# A container seldom has a GPU, so PyTorch comes from its own index, without gigabytes of GPU
# libraries. Where that does not answer, or with --build-arg TORCH_INDEX=, it is the usual one.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
WORKDIR /course

# Dependencies before source: editing a lesson does not install PyTorch again.
COPY pyproject.toml requirements.txt ./
RUN mkdir finrisk && touch finrisk/__init__.py README.md LICENSE \
    && if [ -n "$TORCH_INDEX" ]; then \
        pip install --no-cache-dir --retries 1 -c requirements.txt --no-deps --index-url "$TORCH_INDEX" torch \
        || echo "That index does not answer: PyTorch's usual package, with GPU libraries, is taken."; \
    fi \
    && pip install --no-cache-dir -c requirements.txt -e .

# Everybody may write here, so that the container runs as any user: docker run -u 12345 ...
RUN useradd --create-home --uid 1000 learner && chmod a+rwX /home/learner
ENV HOME=/home/learner
COPY --chown=learner . .
RUN chown learner /course && chmod -R a+rwX /course
USER 1000

EXPOSE 8888 8000
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--port=8888", "--no-browser", "--config=jupyter_lab_config.py"]
