# syntax=docker/dockerfile:1
# One image for every service: which one a container serves is said by its settings.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements-installer.lock requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-installer.lock \
 && /venv/bin/uv pip install --no-cache --require-hashes -r requirements.lock --python /venv/bin/python
COPY shared shared
COPY services services
COPY wsgi.py ./
RUN for po in shared/web/translations/*/LC_MESSAGES/messages.po services/*/translations/*/LC_MESSAGES/messages.po; do \
      /venv/bin/pybabel -q compile -i "$po" -o "${po%.po}.mo"; done

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /nonexistent goodstanding \
 && install -d -o goodstanding /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER goodstanding
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA=/data SUITE_DEMO=0
EXPOSE 8000
CMD ["gunicorn", "wsgi:app", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--reuse-port", "--worker-tmp-dir", "/dev/shm"]
