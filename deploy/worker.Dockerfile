# Not built here: a starting point.
FROM python:3.12-slim
COPY . /src
RUN pip install --no-cache-dir "/src[link]" && rm -r /src && useradd --system sekisho
USER sekisho
ENV SEKISHO_STATE=/state PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["sekisho"]
CMD ["worker"]
