"""Owns notices, their deliveries and their wordings.

Hears what happened in the other rooms, and SmsReported; says InAppPosted, SendSms, SendCode.
"""
