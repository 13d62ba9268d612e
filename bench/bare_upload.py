"""What `bench.upload` compares with: a route that stores the bytes of a form, and nothing else."""

import os
import uuid

import boto3
from flask import Flask, request


def create_app() -> Flask:
    """boto3 with its defaults, path-style addresses as SeaweedFS needs them."""
    app = Flask(__name__)
    store = boto3.client(
        "s3",
        endpoint_url=os.environ["S3_ENDPOINT"],
        aws_access_key_id=os.environ["S3_ACCESS_KEY"],
        aws_secret_access_key=os.environ["S3_SECRET_KEY"],
        region_name="us-east-1",
    )

    @app.post("/")
    def receive() -> dict[str, str]:
        key = f"{uuid.uuid4().hex}.jpeg"
        data = request.files["picture"].stream.read()
        store.put_object(Bucket="originals", Key=key, Body=data, ContentType="image/jpeg")
        return {"image": key}

    return app
