"""The two HTTP calls of a turn, as a job of RQ: ask the model, send what it says.

What it reads from the environment: the same names as the service.
"""

import os
from functools import cache

import requests

MODEL_PATH = "/v1beta/models/gemini-flash-latest:generateContent"
INSTRUCTION = "Você é a secretária de uma clínica veterinária. Seja breve."
TIMEOUT_SECONDS = 20


@cache
def session() -> requests.Session:
    """Connections that stay open from one job to the next."""
    made = requests.Session()
    made.trust_env = False  # a proxy of the machine does not know our loopback
    return made


def answer(number: str, text: str) -> None:
    """Answer a customer's message."""
    send(number, ask(text))


def ask(text: str) -> str:
    """What the model says."""
    response = session().post(
        os.environ["GEMINI_ENDPOINT"] + MODEL_PATH,
        headers={"x-goog-api-key": os.environ["GEMINI_API_KEY"]},
        json={
            "systemInstruction": {"parts": [{"text": INSTRUCTION}]},
            "contents": [{"role": "user", "parts": [{"text": text}]}],
        },
        timeout=TIMEOUT_SECONDS,
    )
    response.raise_for_status()
    return str(response.json()["candidates"][0]["content"]["parts"][0]["text"])


def send(number: str, text: str) -> None:
    """Hand a reply to Whaticket."""
    response = session().post(
        os.environ["WHATICKET_BASE_URL"] + "/api/messages/send",
        headers={"Authorization": f"Bearer {os.environ['WHATICKET_TOKEN']}"},
        json={"number": number, "body": text},
        timeout=TIMEOUT_SECONDS,
    )
    response.raise_for_status()
