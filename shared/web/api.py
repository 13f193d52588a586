"""JSON APIs: flask-smorest with strict schemas, problem details in the document, and a page to browse it."""

import threading
from collections.abc import Callable
from typing import Any

import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Response, render_template
from flask_smorest.blueprint import Blueprint as SmorestBlueprint
from webargs.flaskparser import FlaskParser

from shared.web import validation
from shared.web.guards import public

PROBLEM = "application/problem+json"


class _Parser(FlaskParser):
    """webargs with our status for validation errors, and no guessing of content types."""

    DEFAULT_VALIDATION_STATUS = 422
    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {}  # noqa: RUF012 - the base class' shape


class ApiBlueprint(SmorestBlueprint):
    """A group of operations of one capability; `name` becomes its tag in the document."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, name: str, import_name: str, *, url_prefix: str, description: str) -> None:
        super().__init__(f"{name}_api", import_name, url_prefix=url_prefix, description=description)

    def problems(self, *statuses: int) -> Callable[[Any], Any]:
        """Document that the operation may answer with these problem statuses."""

        def mark(view: Any) -> Any:
            for status in statuses:
                view = self.alt_response(status, schema=validation.ProblemSchema, content_type=PROBLEM)(view)
            return view

        return mark


class SuiteApi(flask_smorest.Api):
    """The OpenAPI 3.1 document of one service; errors are handled by the app, as problem details.

    The document is made when somebody first asks for it: that takes longer than all else an app does at its start.
    """

    ERROR_SCHEMA = validation.ProblemSchema

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self._undocumented: list[SmorestBlueprint] = []
        self._documenting = threading.Lock()
        super().__init__(app, **kwargs)

    def register_blueprint(self, blp: SmorestBlueprint, **options: Any) -> None:
        """Add the operations to the app now, and to the document later."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._undocumented.append(blp)

    def document(self) -> dict[str, Any]:
        """Return the document."""
        with self._documenting:
            while self._undocumented:
                blueprint = self._undocumented.pop(0)
                blueprint.register_views_in_doc(
                    self, self._app, self.spec, name=blueprint.name, parameters=None
                )
                self.spec.tag({"name": blueprint.name, "description": blueprint.description})
            found: dict[str, Any] = self.spec.to_dict()
        return found

    def _openapi_json(self) -> Response:
        """Answer with the document."""
        return Response(self._app.json.dumps(self.document(), indent=2), mimetype="application/json")

    def _register_error_handlers(self) -> None:
        """Leave errors to the app: it answers them alike for routes outside of the document."""

    def _register_responses(self) -> None:
        """Describe every error as a problem of its own media type."""
        super()._register_responses()
        components = self.spec.components
        for component in (*components.responses.values(), *components.responses_lazy.values()):
            content = component.get("content")
            if content and "application/json" in content:
                content[PROBLEM] = content.pop("application/json")


def make_api(app: Any, service: str, title: str) -> SuiteApi:
    """Attach the document at `/<service>/openapi.json` and its page at `/<service>/docs`."""
    app.config |= {
        "API_TITLE": title,
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": f"/{service}",
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {
            "servers": [{"url": "/"}],
            "security": [{"bearer": []}],
            "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        },
    }
    api = SuiteApi(app, spec_kwargs={"marshmallow_plugin": MarshmallowPlugin()})
    _describe_fields(api)
    document_view = app.view_functions["api-docs.openapi_json"]

    def document() -> Response:
        return document_view()  # type: ignore[no-any-return]

    app.view_functions["api-docs.openapi_json"] = public("the document describes, it reveals nothing")(
        document
    )

    @app.get(f"/{service}/docs", endpoint="api_docs_page")
    @public("the document describes, it reveals nothing")
    def docs_page() -> Response:
        return Response(render_template("docs.html", spec=api.document(), title=title), mimetype="text/html")

    return api


def _describe_fields(api: SuiteApi) -> None:
    api.register_field(validation.Text, "string", None)
    api.register_field(validation.Integer, "integer", None)
    api.register_field(validation.Instant, "string", "date-time")
    api.register_field(validation.Localized, "object", None)
