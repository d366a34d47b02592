"""The office's front door: who is there, logging in and out. The pages about people hang on the same blueprint."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, g, redirect, render_template, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from doorknock import clock, web
from doorknock.access import open_to
from doorknock.errors import Problem
from doorknock.people import log, schemas, staff
from doorknock.people.models import SESSION_LASTS, check_login, close_session, open_session, session_person

COOKIE = "doorknock"
NO_SESSION = ("/static/", "/api/", "/field", "/sw.js", "/manifest.webmanifest", "/healthz", "/readyz")
"""Paths that never ask who is logged in; they cost no look into the sessions."""
door = Blueprint("people", __name__)


def register(app: Flask) -> None:
    """Open the office's front door and the rooms behind it."""
    app.jinja_env.filters["said"] = clock.said
    app.jinja_env.filters["skew"] = staff.skew_words
    app.register_blueprint(door)
    app.register_blueprint(staff.door)
    app.register_blueprint(log.door)


@door.before_app_request
def recognise() -> None:
    """Who stands there, for the rest of the request: ``g.person``, None without a session that holds."""
    g.person = None
    secret = request.cookies.get(COOKIE)
    if secret and not request.path.startswith(NO_SESSION):
        g.person = session_person(secret)


@door.get("/")
@open_to("anyone: shows the way")
def front() -> Response:
    """To the office where somebody is logged in, to the login otherwise."""
    return redirect("/office" if g.person else "/login")


@door.get("/login")
@open_to("anyone: the login form")
def login_form() -> Response | str:
    """The login form; somebody who is logged in goes on."""
    after = _inside(request.args.get("next", ""))
    return redirect(after) if g.person else render_template("login.html", after=after, username="")


@door.post("/login")
@open_to("anyone: name and password, counted against guessing")
def login() -> Response | tuple[str, int, dict[str, str]]:
    """Open a session and go on; a wrong, locked or worker's login stays on the form and says why."""
    try:
        form = schemas.login(request.form)
        person = check_login(form["username"], form["password"])
    except (ValidationError, Problem) as error:
        problem = error if isinstance(error, Problem) else Problem("login_failed")
        return _stay(problem)
    if person is None:
        web.commit()  # the counted try stays, though the answer is a refusal
        return _stay(Problem("login_failed"))
    if person.role == "worker":
        web.commit()
        return _stay(None, is_worker=True)
    if COOKIE in request.cookies:
        close_session(request.cookies[COOKIE])
    return _with_cookie(redirect(_inside(form["next"])), open_session(person))


@door.post("/logout")
@open_to("anyone: ends only the session of the cookie that is sent")
def logout() -> Response:
    """Revoke the session, forget the cookie, back to the login."""
    if COOKIE in request.cookies:
        close_session(request.cookies[COOKIE])
    response = redirect("/login")
    response.delete_cookie(COOKIE, path="/")
    return response


def _inside(path: str) -> str:
    """The page to go to after the login: only ever one of the office."""
    inside = path.startswith("/office") and path[7:8] in ("", "/", "?") and "\\" not in path
    return path.removesuffix("?") if inside else "/office"


def _stay(problem: Problem | None, *, is_worker: bool = False) -> tuple[str, int, dict[str, str]]:
    page = render_template(
        "login.html", problem=problem, is_worker=is_worker, after=_inside(request.form.get("next", "")),
        username=request.form.get("username", "")[:60],
    )  # fmt: skip
    return page, problem.status if problem else 403, problem.headers if problem else {}


def _with_cookie(response: Response, secret: str) -> Response:
    secure = str(current_app.config["PUBLIC_URL"]).startswith("https:")
    lasts = int(SESSION_LASTS.total_seconds())
    response.set_cookie(COOKIE, secret, max_age=lasts, httponly=True, samesite="Lax", secure=secure, path="/")
    return response
