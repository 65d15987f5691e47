"""Starts MiniStack, with what it leaves out of S3's events.

S3 names the version of the object in its events for EventBridge ("version-id";
Amazon S3 User Guide, "EventBridge event message structure"). MiniStack 1.5.33
does not, and everything that follows an upload is about one version.
"""
import contextvars
import functools
import json

from ministack.app import main
from ministack.services import eventbridge, s3

version = contextvars.ContextVar("version", default=None)
fire, dispatch = s3._fire_s3_event, eventbridge._dispatch_event


@functools.wraps(fire)
def fire_with_version(*args, **kwargs):
    version.set(kwargs.get("version_id"))
    fire(*args, **kwargs)


@functools.wraps(dispatch)
def dispatch_with_version(event, *args, **kwargs):
    if event.get("Source") == "aws.s3" and version.get():
        detail = json.loads(event["Detail"])
        detail["object"].setdefault("version-id", version.get())
        event = {**event, "Detail": json.dumps(detail)}
    return dispatch(event, *args, **kwargs)


s3._fire_s3_event, eventbridge._dispatch_event = fire_with_version, dispatch_with_version
main()
