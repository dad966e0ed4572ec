"""The block types, one file each. A type that is not here runs as `unknown.Unknown`."""

from __future__ import annotations

from evenhand.flow.block import Block
from evenhand.flow.blocks.cases import CreateCase, GetCase, UpdateCase
from evenhand.flow.blocks.check_hours_of_operation import CheckHoursOfOperation
from evenhand.flow.blocks.check_metric_data import CheckMetricData
from evenhand.flow.blocks.check_outbound_call_status import CheckOutboundCallStatus
from evenhand.flow.blocks.compare import Compare
from evenhand.flow.blocks.complete_outbound_call import CompleteOutboundCall
from evenhand.flow.blocks.connect_participant_with_lex_bot import ConnectParticipantWithLexBot
from evenhand.flow.blocks.create_callback_contact import CreateCallbackContact
from evenhand.flow.blocks.create_contact import CreateContact
from evenhand.flow.blocks.create_task import CreateTask
from evenhand.flow.blocks.customer_profiles import (
    AssociateContactToCustomerProfile,
    CreateCustomerProfile,
    GetCalculatedAttributesForCustomerProfile,
    GetCustomerProfile,
    GetCustomerProfileObject,
    UpdateCustomerProfile,
)
from evenhand.flow.blocks.data_tables import (
    EvaluateDataTableValues,
    ListDataTableValues,
    UpsertDataTableValues,
)
from evenhand.flow.blocks.dequeue_contact_and_transfer_to_queue import DequeueContactAndTransferToQueue
from evenhand.flow.blocks.disconnect_participant import DisconnectParticipant
from evenhand.flow.blocks.distribute_by_percentage import DistributeByPercentage
from evenhand.flow.blocks.end_flow_execution import EndFlowExecution
from evenhand.flow.blocks.end_flow_module_execution import EndFlowModuleExecution
from evenhand.flow.blocks.get_metric_data import GetMetricData
from evenhand.flow.blocks.get_participant_input import GetParticipantInput
from evenhand.flow.blocks.invoke_flow_module import InvokeFlowModule
from evenhand.flow.blocks.invoke_lambda_function import InvokeLambdaFunction
from evenhand.flow.blocks.loop import Loop
from evenhand.flow.blocks.message_participant import MessageParticipant
from evenhand.flow.blocks.message_participant_iteratively import MessageParticipantIteratively
from evenhand.flow.blocks.other_services import (
    AuthenticateParticipant,
    CheckSegmentMembership,
    ConnectParticipantWithAgenticCX,
    CreatePersistentContactAssociation,
    CreateWisdomSession,
    LoadContactContent,
    RenderMessageTemplate,
    StartOutboundChatContact,
    StartOutboundEmailContact,
)
from evenhand.flow.blocks.resume_contact import ResumeContact
from evenhand.flow.blocks.route_contact_to_agent import RouteContactToAgent
from evenhand.flow.blocks.show_view import ShowView
from evenhand.flow.blocks.tag_contact import TagContact
from evenhand.flow.blocks.transfer_contact_to_agent import TransferContactToAgent
from evenhand.flow.blocks.transfer_contact_to_queue import TransferContactToQueue
from evenhand.flow.blocks.transfer_participant_to_third_party import TransferParticipantToThirdParty
from evenhand.flow.blocks.transfer_to_flow import TransferToFlow
from evenhand.flow.blocks.untag_contact import UntagContact
from evenhand.flow.blocks.update_contact_attributes import UpdateContactAttributes
from evenhand.flow.blocks.update_contact_callback_number import UpdateContactCallbackNumber
from evenhand.flow.blocks.update_contact_data import UpdateContactData
from evenhand.flow.blocks.update_contact_event_hooks import UpdateContactEventHooks
from evenhand.flow.blocks.update_contact_media_processing import UpdateContactMediaProcessing
from evenhand.flow.blocks.update_contact_media_streaming_behavior import UpdateContactMediaStreamingBehavior
from evenhand.flow.blocks.update_contact_recording_and_analytics_behavior import (
    UpdateContactRecordingAndAnalyticsBehavior,
)
from evenhand.flow.blocks.update_contact_recording_behavior import UpdateContactRecordingBehavior
from evenhand.flow.blocks.update_contact_routing_behavior import UpdateContactRoutingBehavior
from evenhand.flow.blocks.update_contact_target_queue import UpdateContactTargetQueue
from evenhand.flow.blocks.update_contact_text_to_speech_voice import UpdateContactTextToSpeechVoice
from evenhand.flow.blocks.update_flow_attributes import UpdateFlowAttributes
from evenhand.flow.blocks.update_flow_logging_behavior import UpdateFlowLoggingBehavior
from evenhand.flow.blocks.update_previous_contact_participant_state import (
    UpdatePreviousContactParticipantState,
)
from evenhand.flow.blocks.update_routing_criteria import (
    UpdateContactRoutingCriteria,
    UpdateRoutingCriteria,
)
from evenhand.flow.blocks.voice_id import CheckVoiceId, StartVoiceIdStream
from evenhand.flow.blocks.wait import Wait

__all__ = ["ALSO_SPELLED", "BLOCKS"]

BLOCKS: dict[str, type[Block]] = {
    block.type: block
    for block in (
        AssociateContactToCustomerProfile,
        AuthenticateParticipant,
        CheckHoursOfOperation,
        CheckMetricData,
        CheckOutboundCallStatus,
        CheckSegmentMembership,
        CheckVoiceId,
        Compare,
        CompleteOutboundCall,
        ConnectParticipantWithAgenticCX,
        ConnectParticipantWithLexBot,
        CreateCase,
        CreateContact,
        CreateCustomerProfile,
        CreatePersistentContactAssociation,
        CreateWisdomSession,
        CreateCallbackContact,
        CreateTask,
        DequeueContactAndTransferToQueue,
        DisconnectParticipant,
        DistributeByPercentage,
        EndFlowExecution,
        EndFlowModuleExecution,
        EvaluateDataTableValues,
        GetCalculatedAttributesForCustomerProfile,
        GetCase,
        GetCustomerProfile,
        GetCustomerProfileObject,
        GetMetricData,
        GetParticipantInput,
        InvokeFlowModule,
        InvokeLambdaFunction,
        ListDataTableValues,
        LoadContactContent,
        Loop,
        MessageParticipant,
        MessageParticipantIteratively,
        RenderMessageTemplate,
        ResumeContact,
        RouteContactToAgent,
        ShowView,
        StartOutboundChatContact,
        StartOutboundEmailContact,
        StartVoiceIdStream,
        TransferContactToAgent,
        TransferContactToQueue,
        TransferParticipantToThirdParty,
        TransferToFlow,
        UpdateCase,
        TagContact,
        TransferContactToQueue,
        TransferToFlow,
        UntagContact,
        UpdateContactAttributes,
        UpdateContactCallbackNumber,
        UpdateContactData,
        UpdateContactEventHooks,
        UpdateContactMediaProcessing,
        UpdateContactMediaStreamingBehavior,
        UpdateContactRecordingAndAnalyticsBehavior,
        UpdateContactRecordingBehavior,
        UpdateContactRoutingBehavior,
        UpdateContactRoutingCriteria,
        UpdateContactTargetQueue,
        UpdateContactTextToSpeechVoice,
        UpdateCustomerProfile,
        UpdateFlowAttributes,
        UpdateFlowLoggingBehavior,
        UpsertDataTableValues,
        UpdateRoutingCriteria,
        UpdatePreviousContactParticipantState,
        Wait,
    )
}
"""Every block type that runs, by its name in the flow language."""

ALSO_SPELLED = {"UnTagContact": "UntagContact"}
"""Spellings of documents for a type that has another name."""
