"""The office's front door: who is there, logging in and out. The pages about people hang on the same blueprint."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, g, redirect, render_template, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from doorknock import clock, logs, web
from doorknock.access import open_to
from doorknock.errors import Problem
from doorknock.people import (
    contact,
    enrol_pages,
    grid_pages,
    join_pages,
    log,
    me_pages,
    phone_pages,
    schemas,
    sessions,
    staff,
    totp,
)  # fmt: skip
from doorknock.people.models import (
    SESSION_LASTS,
    Person,
    check_login,
    close_session,
    count_try,
    forget_tries,
    open_session,
    refuse_locked,
    session_person,
)  # fmt: skip

COOKIE = sessions.COOKIE
NO_SESSION = ("/static/", "/api/", "/field", "/sw.js", "/manifest.webmanifest", "/healthz", "/readyz")
"""Paths that never ask who is logged in; they cost no look into the sessions."""
Page = tuple[str, int, dict[str, str]]
door = Blueprint("people", __name__)


def register(app: Flask) -> None:
    """Open the office's front door and the rooms behind it."""
    app.jinja_env.filters["said"] = clock.said
    app.jinja_env.filters["said_day_of"] = lambda instant: clock.said_day(clock.day_of(instant))
    app.jinja_env.filters["skew"] = contact.skew_words
    rooms = (staff, phone_pages, grid_pages, enrol_pages, join_pages, me_pages, log)
    for room in (door, *(room.door for room in rooms)):
        app.register_blueprint(room)


@door.before_app_request
def recognise() -> Response | None:
    """Who stands there, for the rest of the request: ``g.person``, None without a session that holds.

    Whoever must first choose a password or set up a second factor is led there, whatever they asked for.
    """
    g.person = None
    secret = request.cookies.get(sessions.cookie())
    if not secret or request.path.startswith(NO_SESSION):
        return None
    g.person = session_person(secret)
    if g.person is None:
        return None
    if sessions.note_use(secret):
        g.person = session_person(secret)  # read again: noting was a transaction of its own
    way = me_pages.demand(g.person)
    return redirect(way) if way and not me_pages.on_the_way(request.path) else None


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
def login() -> Response | Page:
    """Open a session and go on, or ask for the second factor; a wrong, locked or worker's login stays and says why."""
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
    if person.totp_secret is not None:
        return _ask_code(person, None)
    return _let_in(person)


@door.post("/login/code")
@open_to("anyone: a ticket of the password just given, and a code, counted against guessing")
def login_code() -> Response | Page:
    """The second step: the code from the authenticator, or a recovery code."""
    person = totp.ticket_person(request.form.get("ticket", ""))
    if person is None:
        return _stay(Problem("login_failed"))
    key = f"name:{person.username}"[:80]
    try:
        refuse_locked(key)
    except Problem as problem:
        return _ask_code(person, problem)
    right = totp.use(person, request.form.get("code", "")[:40])
    logs.login(person.username, right=right, factor="code")
    if not right:
        count_try(key)
        web.commit()
        return _ask_code(person, Problem("login_failed"))
    forget_tries(key)
    return _let_in(person)


@door.post("/logout")
@open_to("anyone: ends only the session of the cookie that is sent")
def logout() -> Response:
    """Revoke the session, forget the cookie, back to the login."""
    close_session(request.cookies.get(sessions.cookie(), ""))
    response = redirect("/login")
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.delete_cookie(sessions.cookie(), path="/", httponly=True, samesite="Lax", secure=secure)
    return response


def _inside(path: str) -> str:
    """The page to go to after the login: only ever one of the office."""
    inside = path.startswith("/office") and path[7:8] in ("", "/", "?") and "\\" not in path
    return path.removesuffix("?") if inside else "/office"


def _stay(problem: Problem | None, *, is_worker: bool = False) -> Page:
    page = render_template(
        "login.html", problem=problem, is_worker=is_worker, after=_inside(request.form.get("next", "")),
        username=request.form.get("username", "")[:60],
    )  # fmt: skip
    return page, problem.status if problem else 403, problem.headers if problem else {}


def _ask_code(person: Person, problem: Problem | None) -> Page:
    page = render_template(
        "people/login_code.html", problem=problem, ticket=totp.ticket(person),
        after=_inside(request.form.get("next", "")),
    )  # fmt: skip
    return page, problem.status if problem else 200, problem.headers if problem else {}


def _let_in(person: Person) -> Response:
    if person.single_use:
        person.password_hash = ""  # it opened once
    close_session(request.cookies.get(sessions.cookie(), ""))
    secret = open_session(person, sessions.browser_of(request.user_agent.string))
    return _with_cookie(redirect(_inside(request.form.get("next", ""))), secret)


def _with_cookie(response: Response, secret: str) -> Response:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    lasts = int(SESSION_LASTS.total_seconds())
    response.set_cookie(
        sessions.cookie(), secret, max_age=lasts, httponly=True, samesite="Lax", secure=secure, path="/"
    )
    return response
