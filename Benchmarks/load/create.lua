wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"title": "A note of some length", "body": "What there is to say about it, in a line or two.", "score": 42}'
