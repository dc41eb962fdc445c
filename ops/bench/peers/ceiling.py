"""The ceiling: the least that a Falcon resource can do with a message and still answer 202."""

import falcon


class Ceiling:
    """Reads the body, and promises nothing."""

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Answer as the service would."""
        request.stream.read(request.content_length or 0)
        response.status = falcon.HTTP_202
        response.media = {"queued": True}


application = falcon.App()
application.add_route("/webhook/whaticket", Ceiling())
