"""What a small server imports before its first line runs."""
import argparse
import asyncio
import concurrent.futures
import http.server
import json
import logging
import sqlite3
import unittest
