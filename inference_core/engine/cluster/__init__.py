"""Models of a models.toml on a Ray cluster: Ray Serve runs a deployment for each, and the engine's app asks them.

`replica.py` and `wire.py` are what a model's processes run; `deployments.py` says how many of them there are. The app
is either in the process that an operator starts (`connection.py`), or itself a deployment (`ingress.py`) that KubeRay
starts. In both, `runner.py` calls the models through `deployed.py`, and `watch.py` knows which of them run.

Only modules that are used with Ray import it. May import the engine's `contract`, `limits`, `models_file`, `catalog`,
`pretrained`, `runners` and `server`, and `errors`, `private_log` and `settings` from the core.
"""
