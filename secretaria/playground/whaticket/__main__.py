"""`python -m secretaria.playground.whaticket --flavor F --port N --webhook-url URL --secret S`."""

from gevent import monkey

# `-m` has imported the package by now, and ssl with it, which can no longer be patched: an https
# webhook works all the same, one message at a time.
monkey.patch_all(ssl=False)

from secretaria.playground.server import command_line, serve
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.whaticket.manners import DIALECTS, MANNERS

if __name__ == "__main__":
    parser = command_line("Whaticket simulado")
    parser.add_argument("--webhook-url", default="", help="para onde vão as mensagens dos clientes")
    parser.add_argument("--secret", default="", help="assina com ele: SHARED_SECRET; sem ele, não")
    parser.add_argument("--webhook-token", default=None, help="WEBHOOK_TOKEN, quando há um")
    parser.add_argument("--flavor", default="saas", choices=MANNERS, help="a família do Whaticket")
    parser.add_argument("--dialect", default=None, choices=DIALECTS, help="outra forma do webhook")
    parser.add_argument("--echoes", action="store_true", help="mostra ao webhook o que foi enviado")
    arguments = parser.parse_args()
    serve(
        WhaticketSimulator(
            host=arguments.host,
            port=arguments.port,
            webhook_url=arguments.webhook_url,
            shared_secret=arguments.secret,
            webhook_token=arguments.webhook_token,
            default_delay_seconds=arguments.delay,
            echoes=arguments.echoes or None,
            flavor=arguments.flavor,
            dialect=arguments.dialect,
        )
    )
