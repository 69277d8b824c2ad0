"""Are a brand's followers an audience or a community?"""
