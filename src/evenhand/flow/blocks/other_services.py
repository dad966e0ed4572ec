"""Blocks of services that are asked and answer, and of which little is public."""

from __future__ import annotations

from evenhand.flow.service_block import ServiceBlock

__all__ = [
    "AuthenticateParticipant",
    "CheckSegmentMembership",
    "ConnectParticipantWithAgenticCX",
    "CreatePersistentContactAssociation",
    "CreateWisdomSession",
    "LoadContactContent",
    "RenderMessageTemplate",
    "StartOutboundChatContact",
    "StartOutboundEmailContact",
]


class CreateWisdomSession(ServiceBlock):
    """Has the service `assistant` begin a session for this contact; `$.Wisdom.SessionArn` is its ARN.

    Parameters: `WisdomAssistantArn`. Errors: NoMatchingError. (Administrator guide, "Connect assistant".)
    """

    type = "CreateWisdomSession"
    log_name = "CreateWisdomSession"
    service = "assistant"
    operation = "create_session"
    namespace = "Wisdom"


class ConnectParticipantWithAgenticCX(ServiceBlock):
    """Has the service `assistant` talk with the customer; how it ended is the result.

    Parameters: what the service takes, as it is written. Errors: NoMatchingError, NoMatchingCondition.
    (Administrator guide, "Connect assistant".)
    """

    type = "ConnectParticipantWithAgenticCX"
    log_name = "ConnectParticipantWithAgenticCX"
    service = "assistant"
    operation = "converse"
    decides = True
    limit = 300.0


class CheckSegmentMembership(ServiceBlock):
    """Asks the service `segments` whether the customer is in a segment; the answer is the result.

    Parameters: what the service takes, as it is written. Errors: NoMatchingError, NoMatchingCondition.
    (Administrator guide, "Check segment membership".)
    """

    type = "CheckSegmentMembership"
    log_name = "CheckSegmentMembership"
    service = "segments"
    operation = "check"
    decides = True


class AuthenticateParticipant(ServiceBlock):
    """Has the service `authentication` ask a chat customer to sign in; how that went is the result.

    Parameters: what the service takes, as it is written. Errors: NoMatchingError, NoMatchingCondition,
    TimeLimitExceeded. (Administrator guide, "Authenticate customer".)
    """

    type = "AuthenticateParticipant"
    log_name = "AuthenticateParticipant"
    service = "authentication"
    operation = "authenticate"
    decides = True
    late = "TimeLimitExceeded"
    limit = 300.0


class LoadContactContent(ServiceBlock):
    """Has the service `content` fetch the text of an e-mail; it is `$.Email`.

    Parameters: what the service takes, as it is written. Errors: NoMatchingError. (Administrator guide,
    "Get stored content".)
    """

    type = "LoadContactContent"
    log_name = "LoadContactContent"
    service = "content"
    operation = "load"
    namespace = "Email"


class CreatePersistentContactAssociation(ServiceBlock):
    """Has the service `persistence` join this chat to an earlier one.

    Parameters: what the service takes, as it is written. Errors: NoMatchingError. (Administrator guide,
    "Create persistent contact association".)
    """

    type = "CreatePersistentContactAssociation"
    log_name = "CreatePersistentContactAssociation"
    service = "persistence"
    operation = "associate"


class RenderMessageTemplate(ServiceBlock):
    """Has the service `messages` make a message of a template.

    Parameters: what the service takes, as it is written. Errors: NoMatchingError. (Administrator guide,
    "Send message".)
    """

    type = "RenderMessageTemplate"
    log_name = "RenderMessageTemplate"
    service = "messages"
    operation = "render"


class StartOutboundEmailContact(ServiceBlock):
    """Has the service `messages` send an e-mail.

    Parameters: what the service takes, as it is written. Errors: NoMatchingError. (Administrator guide,
    "Send message".)
    """

    type = "StartOutboundEmailContact"
    log_name = "StartOutboundEmailContact"
    service = "messages"
    operation = "send_email"


class StartOutboundChatContact(ServiceBlock):
    """Has the service `messages` write to the customer in a chat.

    Parameters: what the service takes, as it is written. Errors: NoMatchingError. (Administrator guide,
    "Send message".)
    """

    type = "StartOutboundChatContact"
    log_name = "StartOutboundChatContact"
    service = "messages"
    operation = "start_chat"
