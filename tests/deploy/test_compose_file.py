"""docker-compose.yml: three profiles that never meet, hardened, in an order that waits."""

import json
import re
from typing import Any

import compose_file
import pytest
import yaml

from secretaria.playground.stack import SHARED_SECRET
from secretaria.settings import Settings

ALL: dict[str, dict[str, Any]] = compose_file.load()["services"]
OURS = [name for name, one in ALL.items() if one["image"] == "secretaria"]
STORES = ["postgres", "redis", "demo-postgres", "demo-redis"]
APP, DEMO, WATCH = (compose_file.services(profile) for profile in ("app", "demo", "watch"))


def seconds(words: str) -> int:
    return int(re.fullmatch(r"(\d+)s", words)[1])  # type: ignore[index] # it must match


@pytest.mark.tools
def test_it_is_what_the_compose_specification_allows() -> None:
    from compose_spec import PyCompose  # noqa: PLC0415 - not on a bare machine

    PyCompose.from_json(json.dumps(compose_file.load())).validate()


@pytest.mark.tools
def test_that_check_would_see_a_mistake() -> None:
    from compose_spec import PyCompose  # noqa: PLC0415 - not on a bare machine

    wrong = compose_file.load()
    wrong["services"]["web"]["restrat"] = "always"
    with pytest.raises(ValueError, match="restrat"):
        PyCompose.from_json(json.dumps(wrong))


def test_each_service_is_of_one_profile() -> None:
    assert {tuple(one["profiles"]) for one in ALL.values()} == {("app",), ("demo",), ("watch",)}
    assert set(APP) == {"release", "web", "worker", "postgres", "redis"}
    assert {"demo-release", "demo-web", "demo-worker", "whaticket", "gemini"} < set(DEMO)
    assert set(WATCH) == {"prometheus", "grafana"}


def test_no_variable_is_needed_to_read_the_file() -> None:
    text = (compose_file.ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    variables = re.findall(r"\$.*", text)
    assert all(re.match(r"\$\{\w+:[-+][^}$]*\}", one) for one in variables), variables
    revised = compose_file.load(REVISION="abc")["services"]["web"]["build"]
    assert revised["args"] == {"REVISION": "abc"}


@pytest.mark.parametrize("name", ["release", "web", "worker"])
def test_the_owners_profile_is_where_web_and_worker_look_for_it(name: str) -> None:
    plain = compose_file.load()["services"][name]
    [mount] = plain["volumes"]
    assert (compose_file.ROOT / mount["source"]).exists()
    assert mount["read_only"] is True
    assert not plain["environment"]["SECRETARIA_PROFILE"]
    own = compose_file.load(SECRETARIA_PROFILE="perfil.toml")["services"][name]
    assert own["volumes"][0]["source"] == "perfil.toml"
    assert own["environment"]["SECRETARIA_PROFILE"] == own["volumes"][0]["target"]


def test_the_demo_has_nothing_of_production_nor_production_of_it() -> None:
    assert not any("env_file" in one for one in DEMO.values())
    assert not any("volumes" in one for one in DEMO.values())
    assert "playground" not in yaml.safe_dump(APP)
    for name in ("demo-release", "demo-web", "demo-worker"):
        assert "stores" not in DEMO[name]["networks"]
        for variable in ("DATABASE_URL", "REDIS_URL"):
            assert "@demo-" in DEMO[name]["environment"]["DATABASE_URL"]
            assert DEMO[name]["environment"][variable] != APP["web"]["environment"][variable]
    assert {one["environment"]["SHARED_SECRET"] for one in demo_processes()} == {SHARED_SECRET}


def demo_processes() -> list[dict[str, Any]]:
    return [DEMO[name] for name in ("demo-release", "demo-web", "demo-worker")]


def test_what_is_set_are_settings_and_the_rest_comes_from_env() -> None:
    known = {name.upper() for name in Settings.model_fields}
    for name in ("release", "web", "worker"):
        assert set(APP[name]["environment"]) <= known
        assert APP[name]["env_file"] == [{"path": ".env", "required": False}]
    for one in demo_processes():
        assert set(one["environment"]) <= known


@pytest.mark.parametrize("name", ALL)
def test_everything_is_hardened_limited_and_starts_again(name: str) -> None:
    service = ALL[name]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"privileged", "cap_add", "pid", "ipc", "network_mode"} & set(service)
    assert {"cpus", "memory"} <= set(service["deploy"]["resources"]["limits"])
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert service["restart"] == ("no" if name.endswith("release") else "unless-stopped")


@pytest.mark.parametrize("name", OURS)
def test_ours_write_nowhere_but_tmp_and_have_time_to_stop(name: str) -> None:
    service = ALL[name]
    assert service["read_only"] is True
    assert [path.partition(":")[0] for path in service["tmpfs"]] == ["/tmp"]  # noqa: S108 - theirs
    assert service["init"] is True  # a worker has children whose children it must reap
    assert "pids" in service["deploy"]["resources"]["limits"]
    assert seconds(service["stop_grace_period"]) > 25
    assert service["build"]["dockerfile"] == "ops/Dockerfile"


@pytest.mark.parametrize("name", ALL)
def test_whoever_waits_waits_for_health_within_its_own_profile(name: str) -> None:
    service = ALL[name]
    for other, how in service.get("depends_on", {}).items():
        assert ALL[other]["profiles"] == service["profiles"]
        if other.endswith("release"):
            assert how == {"condition": "service_completed_successfully"}
        else:
            assert how == {"condition": "service_healthy"}
            built_in = other in {"web", "demo-web"}
            assert built_in or ALL[other]["healthcheck"]["test"]


def test_web_and_worker_wait_for_the_release_and_both_stores() -> None:
    for name in ("web", "worker"):
        assert set(APP[name]["depends_on"]) == {"release", "postgres", "redis"}
        assert set(DEMO[f"demo-{name}"]["depends_on"]) >= {
            "demo-release",
            "demo-postgres",
            "demo-redis",
        }


@pytest.mark.parametrize("name", STORES)
def test_a_store_is_never_root(name: str) -> None:
    """Its image's own user: with no capability left, its entry point could not change to it."""
    assert ALL[name]["user"] == name.removeprefix("demo-")


def test_no_store_is_published_nor_reaches_anything_outside() -> None:
    networks = compose_file.load()["networks"]
    for name in STORES:
        assert "ports" not in ALL[name]
        [network] = ALL[name]["networks"]
        assert networks[network] == {"internal": True}


def test_nothing_is_open_to_other_machines() -> None:
    published = {name: one["ports"] for name, one in ALL.items() if "ports" in one}
    assert published["web"] == ["127.0.0.1:8080:8080"]
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_redis_keeps_every_write_and_never_throws_any_away() -> None:
    for name in ("redis", "demo-redis"):
        command = " ".join(ALL[name]["command"])
        assert "--appendonly yes" in command
        assert "--maxmemory-policy noeviction" in command


def is_named(mount: Any) -> bool:
    return isinstance(mount, str) and not mount.startswith("./")


def test_what_must_last_is_in_named_volumes() -> None:
    mounts = {
        name: [mount for mount in one.get("volumes", []) if is_named(mount)]
        for name, one in ALL.items()
    }
    used = {mount.partition(":")[0] for found in mounts.values() for mount in found}
    assert used == set(compose_file.load()["volumes"])
    assert mounts["postgres"] == ["postgres:/var/lib/postgresql"]
    assert mounts["redis"] == ["redis:/data"]


def test_the_watch_reads_our_files_and_cannot_change_them() -> None:
    mounted = [
        mount
        for one in WATCH.values()
        for mount in one.get("volumes", [])
        if mount.startswith("./")
    ]
    assert [mount.split(":")[0] for mount in mounted] == [
        "./ops/prometheus.yml",
        "./ops/alerts.yml",
        "./ops/grafana/provisioning",
        "./ops/grafana/dashboards",
    ]
    assert all(mount.endswith(":ro") for mount in mounted)
    assert all((compose_file.ROOT / mount.split(":")[0]).exists() for mount in mounted)


def test_the_scrape_targets_have_these_names_in_both_profiles() -> None:
    for name in ("web", "worker"):
        assert "default" in APP[name]["networks"]
        assert DEMO[f"demo-{name}"]["networks"]["default"]["aliases"] == [name]
        assert DEMO[f"demo-{name}"]["environment"]["WORKER_METRICS_PORT"] == "9191"


def test_images_of_others_are_pinned() -> None:
    tags = {one["image"] for name, one in ALL.items() if name not in OURS}
    assert all(re.search(r":v?\d", tag) for tag in tags)
