"""The block types, one file each. A type that is not here runs as `unknown.Unknown`."""

from __future__ import annotations

from evenhand.flow.block import Block
from evenhand.flow.blocks.invoke_lambda_function import InvokeLambdaFunction
from evenhand.flow.blocks.message_participant import MessageParticipant
from evenhand.flow.blocks.transfer_contact_to_queue import TransferContactToQueue

__all__ = ["BLOCKS"]

BLOCKS: dict[str, type[Block]] = {
    block.type: block
    for block in (
        InvokeLambdaFunction,
        MessageParticipant,
        TransferContactToQueue,
    )
}
"""Every block type that runs, by its name in the flow language."""
