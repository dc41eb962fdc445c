"""`python -m secretaria.playground.gemini --port N`."""

from gevent import monkey

monkey.patch_all()

from secretaria.playground.gemini import GeminiSimulator
from secretaria.playground.server import command_line, serve

if __name__ == "__main__":
    arguments = command_line("Gemini simulado").parse_args()
    serve(
        GeminiSimulator(
            host=arguments.host, port=arguments.port, default_delay_seconds=arguments.delay
        )
    )
