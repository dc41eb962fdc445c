"""`python -m secretaria.playground.gemini --port N`."""

from gevent import monkey

monkey.patch_all()

from secretaria.playground.gemini import GeminiSimulator  # noqa: E402 - after the patch
from secretaria.playground.server import command_line, serve  # noqa: E402 - after the patch

if __name__ == "__main__":
    arguments = command_line("Gemini simulado").parse_args()
    serve(
        GeminiSimulator(
            host=arguments.host, port=arguments.port, default_delay_seconds=arguments.delay
        )
    )
