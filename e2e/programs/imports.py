"""An import-heavy start, as a small server has it."""
# needs: 3.8
# on: every
# expect: exit 0
# expect: truth >= 1
import asyncio
import concurrent.futures
import csv
import decimal
import email.message
import http.server
import json
import logging.handlers
import sqlite3
import unittest
import xml.etree.ElementTree

import truth

truth.mark()
truth.save()
