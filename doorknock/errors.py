"""One catalogue of what can go wrong at a door: a stable code, an HTTP status, and a sentence in plain Chinese."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from doorknock.words import lazy

CATALOGUE: dict[str, tuple[int, str]] = {
    "damaged": (400, lazy("这一包数据传坏了，什么都没有收。手机会自己再传。")),
    "malformed": (400, lazy("这次请求的开头不对，什么都没有收。请更新手机上的程序。")),
    "bad_request": (400, lazy("这次请求看不懂。请返回上一页再试。")),
    "csrf": (400, lazy("这一页放得太久了。请刷新以后再做一次，填的内容没有提交。")),
    "login_failed": (401, lazy("用户名、密码或注册码不对。请核对后再试。")),
    "unknown_token": (401, lazy("这部手机没有登记。请在手机上重新登录，没传的记录不会丢。")),
    "unknown_key": (401, lazy("这个取数口令不对，或者停用了、到期了。请找发口令的镇里或县里。")),
    "login_needed": (401, lazy("请先登录。")),
    "foreign": (403, lazy("这次提交不是从敲门行动的页面发出的，没有收。请从首页重新打开再做一次。")),
    "forbidden": (403, lazy("您的岗位不能做这件事。需要的话，请找镇里的管理员。")),
    "device_revoked": (403, lazy("这部手机已经停用。没传的记录请存成文件交给村里。")),
    "not_granted": (403, lazy("这个取数口令取不到这些。它能取什么，发的时候定好了。")),
    "not_named": (403, lazy("没有走访提到这个文件，没有收。")),
    "not_found": (404, lazy("没有找到这一页。")),
    "method_not_allowed": (405, lazy("这个地址不能这样用。")),
    "conflict": (409, lazy("这件事和已有的记录冲突，没有改。")),
    "too_large": (413, lazy("一次传得太多了。请分开传。")),
    "hash_mismatch": (422, lazy("文件内容和它的编号对不上，没有收。")),
    "unknown_protocol": (422, lazy("这个版本的同步方式服务器不认识。请更新。")),
    "bad_template": (422, lazy("这个模板不能用，什么都没有写。")),
    "bad_body": (422, lazy("填的内容有不对的地方，没有保存。")),
    "locked": (429, lazy("试错太多次了，请过一会儿再试。")),
    "too_often": (429, lazy("这一分钟取得太多次了，请过一会儿再取。")),
    "server_fault": (500, lazy("服务器出错了，没有改动任何记录。请再试一次。")),
    "busy": (503, lazy("服务器正忙，请过一会儿再试。记录都还在手机里。")),
    "not_ready": (503, lazy("服务器还没有准备好。")),
    "field_needs_worker": (503, lazy("这一页要在手机程序里打开，服务器不代收。填的内容还在手机里。")),
    "disk_full": (507, lazy("服务器的存储满了，暂时收不了。记录都还在手机里。")),
}
_BY_STATUS = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


class Problem(Exception):
    """Refuses a request: ``code`` from the catalogue, an optional detail, headers such as Retry-After."""

    def __init__(self, code: str, detail: str = "", headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status, title = CATALOGUE[code]
        self.title, self.detail = str(title), str(detail)
        self.headers = headers or {}
        self.more = more

    def body(self) -> dict[str, Any]:
        """RFC 9457 members."""
        said = {"type": "about:blank", "status": self.status, "code": self.code, "title": self.title}
        return said | ({"detail": self.detail} if self.detail else {}) | self.more


class Refused(Exception):
    """A command or a form is refused, with reasons a person can act on (exit 1, or shown on the page)."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = [str(reason) for reason in reasons]
        super().__init__("; ".join(self.reasons))


def register(app: Flask) -> None:
    """Every refusal leaves through here: problem+json for the API, a page or fragment for people."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(CSRFError, lambda _error: answer(Problem("csrf")))
    app.register_error_handler(HTTPException, _answer_http)


def answer(problem: Problem) -> Response:
    """The response for a problem, in the form that the asker reads."""
    g.problem = problem.code  # for the log
    if request.path.startswith("/api/"):
        response = jsonify(problem.body())
        response.mimetype = "application/problem+json"
    else:
        partial = "HX-Request" in request.headers
        name = "_problem.html" if partial else "problem.html"
        response = Response(render_template(name, problem=problem, told=True), mimetype="text/html")
    response.status_code = problem.status
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return Response(status=status, headers=dict(error.get_headers()))
    headers = {k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After", "WWW-Authenticate")}
    known = _BY_STATUS.get(status, "server_fault" if status >= 500 else "bad_request")
    return answer(Problem(known, headers=headers))
