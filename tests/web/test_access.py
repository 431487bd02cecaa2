"""Who may do what: login, throttling, roles, tokens, CSRF, foreign origins."""

from __future__ import annotations

from http.client import HTTPConnection

import httpx
import pytest
from fastapi.routing import APIRoute

from mscminer.core.errors import ConfigError, NotFound
from mscminer.jobs.accounts import FAILURES_PER_NAME, add_user, disable, make_token, set_password, set_role
from mscminer.settings import load_settings
from mscminer.store import Store
from mscminer.web.app import create_app
from tests.web.workbench import KNEES, PASSWORD, Workbench, decisions_of, serving


def test_with_users_everybody_logs_in(team: Workbench) -> None:
    client = team.client()
    answer = client.get("/queue?field=tissue")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?then=%2Fqueue%3Ffield%3Dtissue"
    assert client.get("/api/v1/me").status_code == 401
    client = team.logged_in("curator")
    assert "curator" in client.page("/queue")
    assert client.get("/api/v1/me").json()["role"] == "curator"
    assert client.submit("/logout").status_code == 303
    assert client.get("/api/v1/me").status_code == 401


def test_the_session_cookie_is_secret_and_only_hashed_in_the_database(team: Workbench) -> None:
    client = team.client()
    answer = client.submit("/login", name="curator", password=PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    with serving(team.store, secure=True) as safe:
        answer = safe.client().submit("/login", name="curator", password=PASSWORD)
        assert answer.status_code in {303, 403}
        assert all("Secure" in value for value in answer.headers.get_list("set-cookie"))
        assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize(("name", "password"), [("curator", "wrong password"), ("nobody", PASSWORD), ("\x00", "x")])
def test_wrong_names_and_passwords_look_alike(team: Workbench, name: str, password: str) -> None:
    answer = team.client().submit("/login", name=name, password=password)
    assert answer.status_code == 401
    assert "Name or password are wrong." in answer.text


def test_failed_logins_are_throttled_in_the_database(team: Workbench) -> None:
    client = team.client()
    for _ in range(FAILURES_PER_NAME):
        assert client.submit("/login", name="curator", password="wrong password").status_code == 401
    answer = client.submit("/login", name="curator", password=PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    with serving(team.store) as another:
        assert another.client().submit("/login", name="curator", password=PASSWORD).status_code == 429
        assert another.logged_in("second")


def test_a_login_leads_nowhere_else(team: Workbench) -> None:
    for path in ("//evil.example", "https://evil.example", "/\\evil.example"):
        answer = team.client().submit("/login", name="curator", password=PASSWORD, then=path)
        assert answer.headers["location"] == "/"


def test_disabling_and_a_new_password_end_sessions(team: Workbench) -> None:
    first, second = team.logged_in("curator"), team.logged_in("second")
    disable(team.store, "curator")
    set_password(team.store, "second", "another long password")
    assert first.get("/api/v1/me").status_code == second.get("/api/v1/me").status_code == 401
    assert team.client().submit("/login", name="curator", password=PASSWORD).status_code == 401


def test_a_role_can_be_changed(team: Workbench) -> None:
    client = team.logged_in("reader")
    assert client.get("/files/csv").status_code == 403
    set_role(team.store, "reader", "curator")
    assert client.get("/files/csv").status_code == 200
    with pytest.raises(ConfigError, match="no role"):
        set_role(team.store, "reader", "king")
    with pytest.raises(NotFound):
        set_role(team.store, "nobody", "curator")


def test_short_passwords_are_refused(store: Store) -> None:
    with pytest.raises(ConfigError, match="at least 10"):
        add_user(store, "x", "short", "reader")


def test_roles(team: Workbench) -> None:
    reader = team.logged_in("reader")
    page = reader.page(f"/records/{KNEES}")
    assert 'value="accept"' not in page
    form = {"field": "tissue", "verdict": "accept", "value": '"umbilical_cord"', "expected": "0"}
    assert reader.submit(f"/decide/{KNEES}", **form).status_code == 403
    assert reader.get("/files/csv").status_code == 403
    curator = team.logged_in("curator")
    assert curator.decide(KNEES, "tissue", "accept", '"umbilical_cord"').status_code == 303
    assert curator.submit("/samples", name="x", size="1").status_code == 403
    assert curator.post("/files", data={"csrf": curator.token}).status_code == 403
    assert team.logged_in("adjudicator").submit("/samples", name="x", size="1").status_code == 303


def changing_routes(store: Store) -> list[str]:
    app = create_app(store, load_settings())
    stack: list[object] = list(app.routes)
    found: list[str] = []
    while stack:
        route = stack.pop()
        if isinstance(route, APIRoute) and (route.methods or set()) - {"GET", "HEAD"}:
            found.append(route.path)
        stack += getattr(getattr(route, "original_router", None), "routes", [])
    return sorted(found)


@pytest.fixture
def admin(team: Workbench) -> httpx.Client:
    return team.logged_in("admin")


def test_every_change_needs_the_token_of_our_own_page(team: Workbench, admin: httpx.Client) -> None:
    paths = changing_routes(team.store)
    assert len(paths) >= 8
    for path in paths:
        address = path.replace("{ident:path}", str(KNEES)).replace("{sample_id:int}", "1")
        for token in ({}, {"csrf": "0" * 64}):
            send = (
                {"json": {}} if path.startswith("/api") else {"data": {"field": "tissue", "verdict": "skip", **token}}
            )
            answer = admin.post(address, **send)  # type: ignore[arg-type]
            assert answer.status_code in {403, 422} if path.startswith("/api") else answer.status_code == 403, path
    decision = {"record": str(KNEES), "field": "tissue", "verdict": "skip", "expected": 0}
    assert admin.post("/api/v1/decisions", json=decision).status_code == 403
    assert decisions_of(team.store, KNEES) == []


def test_a_foreign_page_cannot_send_forms(local: Workbench) -> None:
    client = local.client()
    client.page("/queue")
    form = {"csrf": client.token, "field": "tissue", "verdict": "skip", "expected": "0"}
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert client.post(f"/decide/{KNEES}", data=form, headers=headers).status_code == 403


def test_the_local_user_is_nobody_under_another_name(local: Workbench) -> None:
    # A page elsewhere whose name is made to point to this machine (DNS rebinding) sends its own host name.
    answer = httpx.get(f"{local.url}/queue", headers={"host": "evil.example"})
    assert answer.status_code == 303


def test_an_api_token_needs_no_page(team: Workbench) -> None:
    token = make_token(team.store, "curator")
    client = team.client(headers={"authorization": f"Bearer {token}"})
    assert client.get("/api/v1/me").json() == {"name": "curator", "role": "curator", "csrf": ""}
    decision = {
        "record": str(KNEES),
        "field": "tissue",
        "verdict": "accept",
        "value": '"umbilical_cord"',
        "expected": 0,
    }
    assert client.post("/api/v1/decisions", json=decision).status_code == 201
    assert client.post("/api/v1/decisions", json=decision).status_code == 409
    assert team.client(headers={"authorization": "Bearer guess"}).get("/api/v1/me").status_code == 401


def test_bodies_have_a_limit(local: Workbench) -> None:
    connection = HTTPConnection(local.url.removeprefix("http://"), timeout=20)
    connection.putrequest("POST", "/files")
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
